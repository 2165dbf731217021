package io.millrace.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.event.InvalidSetting;
import org.junit.jupiter.api.Test;

class QueryConfigTest {

    private static final String TOKEN = "0123456789abcdef";

    @Test
    void offLoopbackNeedsATokenOrTheWordInsecure() {
        for (String host :
                new String[] {"0.0.0.0", "::", "10.0.0.1", "example.org", "127.evil.org", "localhost.evil"}) {
            assertThatThrownBy(() -> config(host, "", false))
                    .as(host)
                    .isInstanceOf(InvalidSetting.class)
                    .hasMessageContaining("query.host = " + host + ", expected 127.0.0.1 unless query.token is set");
            config(host, TOKEN, false);
            config(host, "", true);
        }
    }

    @Test
    void loopbackNeedsNone() {
        for (String host : new String[] {"127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"}) {
            config(host, "", false);
        }
    }

    @Test
    void everyProblemIsSaidAtOnce() {
        assertThatThrownBy(() -> new QueryConfig("127.0.0.1", 70_000, "nowhere", "short", false, 0, 1, 1))
                .isInstanceOfSatisfying(
                        InvalidSetting.class, e -> assertThat(e.problems()).hasSize(6));
    }

    @Test
    void theTokenIsNeverPrinted() {
        assertThat(config("0.0.0.0", TOKEN, false).toString())
                .doesNotContain(TOKEN)
                .contains("token=set");
        assertThatThrownBy(() -> config("0.0.0.0", "short secret", false)).hasMessageNotContaining("short secret");
    }

    private static QueryConfig config(String host, String token, boolean insecure) {
        return new QueryConfig(host, 0, "", token, insecure, 1000, 250, 16);
    }
}
