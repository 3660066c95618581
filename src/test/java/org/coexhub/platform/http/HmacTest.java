package org.coexhub.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

class HmacTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);

    /** RFC 4231, test case 2. */
    @Test
    void partsAreSignedAsOne() {
        byte[] whole = Hmac.of("Jefe").sign(utf8("what do ya want for nothing?"));

        assertThat(Hmac.of("Jefe").sign(utf8("what do ya "), utf8("want for nothing?")))
                .isEqualTo(whole)
                .isEqualTo(
                        HexFormat.of()
                                .parseHex(
                                        "5bdcc146bf60754e6a042426089575c7"
                                                + "5a003f089d2739839dec58b964ec3843"));
    }

    @ParameterizedTest
    @CsvSource({
        "1760000000, true",
        "1759999700, true",
        "1759999699, false",
        "1760000301, false",
        "9223372036854775807, false",
        "99999999999999999999, false",
        "soon, false",
        "'', false"
    })
    void aTimeIsRecentWithinFiveMinutesEitherWay(String timestamp, boolean recent) {
        assertThat(Hmac.isRecent(timestamp, Duration.ofSeconds(1), NOW)).isEqualTo(recent);
    }

    @Test
    void onlyTheSameTextIsTheSame() {
        assertThat(Hmac.same("abc", "abc")).isTrue();
        assertThat(Hmac.same("abc", "abd")).isFalse();
        assertThat(Hmac.same("abc", null)).isFalse();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
