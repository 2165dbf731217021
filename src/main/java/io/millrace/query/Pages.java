package io.millrace.query;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The files that are served as they are: the landing page and the OpenAPI description. */
final class Pages {

    private static final String SCRIPT = "<script>";

    private final byte[] index = resource("/web/index.html");
    private final byte[] openApi = resource("/openapi.yaml");
    private final String policy = policy(new String(index, StandardCharsets.UTF_8));

    void index(Exchange exchange) {
        exchange.arguments();
        exchange.context().header("Content-Security-Policy", policy);
        exchange.answer(200, "text/html; charset=utf-8", index);
    }

    void openApi(Exchange exchange) {
        exchange.arguments();
        exchange.answer(200, "application/yaml; charset=utf-8", openApi);
    }

    /** Nothing from elsewhere, and no script but the one in the page, named by its hash. */
    private static String policy(String page) {
        int from = page.indexOf(SCRIPT) + SCRIPT.length();
        String script = page.substring(from, page.indexOf("</script>", from));
        return "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'; script-src 'sha256-" + sha256(script) + "'";
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot be read", e);
        }
    }
}
