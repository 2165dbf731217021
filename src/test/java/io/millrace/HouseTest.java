package io.millrace;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The shape of the house, as sentences that fail. */
class HouseTest {

    /** The core, each package after those that it may import. */
    private static final List<String> CORE =
            List.of("event", "popularity", "attribution", "sampling", "learning", "ranking", "evaluation", "pipeline");

    private static final String[] CORE_PACKAGES =
            CORE.stream().map(HouseTest::packages).toArray(String[]::new);

    private static final JavaClasses MAIN =
            new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests())).importPackages("io.millrace");

    private static String packages(String name) {
        return "io.millrace." + name + "..";
    }

    @Test
    void theCoreKnowsNothingButTheJdk() {
        List<String> allowed = new ArrayList<>(List.of(CORE_PACKAGES));
        allowed.addAll(List.of("java.lang..", "java.util..", "java.time..", "java.nio..", "java.math..", "java.io.."));
        allowed.addAll(List.of("jdk.incubator.vector..", "org.jspecify.annotations..", ""));
        classes()
                .that()
                .resideInAnyPackage(CORE_PACKAGES)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)))
                .because("the same learning code runs live, in backtests and in unit tests")
                .check(MAIN);
    }

    @Test
    void everyPackageIsInTheDecisionOnPackages() throws IOException {
        String decision = Files.readString(Path.of("src/docs/decisions/0005-packages-beside-the-first-plan.md"));
        Set<String> packages = new TreeSet<>();
        for (JavaClass one : MAIN) {
            packages.add(
                    one.getPackageName().replaceFirst("^io\\.millrace\\.?", "").replaceFirst("\\..*", ""));
        }
        packages.remove("");
        assertThat(packages)
                .containsAll(CORE)
                .allSatisfy(name -> assertThat(decision).contains("`" + name + "`"));
    }

    @Test
    void theCoreOpensNoFile() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE_PACKAGES)
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.nio.channels..")
                        .or(assignableTo(File.class))
                        .or(assignableTo(FileInputStream.class))
                        .or(assignableTo(FileOutputStream.class))
                        .or(assignableTo(RandomAccessFile.class)))
                .because("bytes come to the core, and leave it, through DataInput and DataOutput")
                .check(MAIN);
    }

    @Test
    void corePackagesImportOnlyThoseBeforeThem() {
        for (int i = 0; i < CORE.size(); i++) {
            String[] later = CORE.subList(i + 1, CORE.size()).stream()
                    .map(HouseTest::packages)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(packages(CORE.get(i)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .because("the core is read from " + CORE.get(0) + " upwards")
                    .check(MAIN);
        }
    }

    @Test
    void theCoreHasNoClockNoThreadAndNoChanceOfItsOwn() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE_PACKAGES)
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocalRandom.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executor.class)
                .because("the same events and the same seed make the same model")
                .check(MAIN);
    }

    @Test
    void theCoreComputesTheSameOnEveryMachine() {
        var rule = noClasses()
                .that()
                .resideInAnyPackage(CORE_PACKAGES)
                .should()
                .callMethod(Math.class, "exp", double.class);
        for (String function : List.of("log", "log10", "log1p", "expm1", "sin", "cos", "tan", "tanh", "cbrt")) {
            rule = rule.orShould().callMethod(Math.class, function, double.class);
        }
        rule.orShould()
                .callMethod(Math.class, "pow", double.class, double.class)
                .because("Math may differ between machines in the last bit; StrictMath and learning.Exp do not")
                .check(MAIN);
    }

    @Test
    void onlyTheCommandLineKnowsTheConfiguration() {
        noClasses()
                .that()
                .resideOutsideOfPackages(packages("config"), packages("app"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packages("config"))
                .because("every package declares what it needs; the command line hands it over")
                .check(MAIN);
    }

    @Test
    void theConfigurationKnowsTheCoreAlone() {
        List<String> outside = List.of("org.apache.kafka..", "org.rocksdb..", "io.javalin..", "picocli..");
        noClasses()
                .that()
                .resideInAPackage(packages("config"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(outside.toArray(String[]::new))
                .check(MAIN);
    }

    @Test
    void nobodyPrintsButTheCommandLine() {
        noClasses()
                .should()
                .callMethod(Throwable.class, "printStackTrace")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace", PrintStream.class)
                .because("a failure is a sentence for its reader, or goes to the log")
                .check(MAIN);
        noClasses()
                .that()
                .resideOutsideOfPackage(packages("app"))
                .and()
                .haveSimpleNameNotEndingWith("Main")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass type : MAIN) {
            if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                unmarked.add(type.getPackageName());
            }
        }
        assertThat(unmarked).isEmpty();
    }

    @Test
    void everyRoomIsNamedAfterWhatHappensInIt() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..manager..", "..helper..")
                .check(MAIN);
    }
}
