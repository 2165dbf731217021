# Sets $classpath: the product, its libraries, and the programs under src/jmh. Builds what is missing or old.
built="$home/target/loadtest.classpath"
if [ ! -f "$built" ] || [ -n "$(find "$home/src" "$home/pom.xml" -newer "$built" -print -quit)" ]; then
    echo "building ..." >&2
    (cd "$home" && mvn -q -B -Pjmh -DskipTests test-compile dependency:build-classpath \
        -Dmdep.outputFile=target/loadtest.classpath -Dmdep.includeScope=test) >&2
    touch "$built"
fi
classpath="$home/target/classes:$home/target/test-classes:$(cat "$built")"
