package io.millrace.query;

import java.util.Set;

/**
 * One thing the server answers.
 *
 * @param path as in the OpenAPI file, {@code {id}} standing for the one part that varies
 * @param open true when no token is needed
 * @param parameters of the query string that are known; any other is refused
 * @param fields of a JSON body that are known; empty when there is no body
 */
record Route(String method, String path, boolean open, Set<String> parameters, Set<String> fields, Handling handling) {

    /** Answers one request, now or by a future set on its exchange. */
    @FunctionalInterface
    interface Handling {
        void handle(Exchange exchange);
    }

    static Route open(String path, Handling handling) {
        return new Route("GET", path, true, Set.of(), Set.of(), handling);
    }

    static Route get(String path, Set<String> parameters, Handling handling) {
        return new Route("GET", path, false, parameters, Set.of(), handling);
    }

    static Route post(String path, Set<String> fields, Handling handling) {
        return new Route("POST", path, false, Set.of(), fields, handling);
    }
}
