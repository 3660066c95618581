package org.coexhub.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

class MaskedIdTest {

    private static final String WAMID =
            "wamid.HBgLMTQxNTU1NTAxMjMVAgARGBI1RjdGNTlDRTQyRDQ5QkU1QTEA";

    @ParameterizedTest
    @CsvSource({
        "message:" + WAMID + ", message:wamid.***U1QTEA",
        "status:" + WAMID + "==:read:447700900123, status:wamid.***",
        "message:wamid.447700900123.1, message:wamid.***",
        "contact:447700900123:add:1795000000, contact:44***23:add:17***00",
        "100200300400500:447700900123, 10***00:44***23",
        "account_update:9f86d081884c7d65, account_update:9f86d081884c7d65",
        "order-1234-shipped, order-1234-shipped"
    })
    void showsWhatTellsIdsApartAndNoNumber(String id, String begin) {
        String shown = MaskedId.of(id);

        assertThat(shown.replaceAll("\\*{3}[A-Za-z0-9]{2}(?=U1QTEA)", "***")).startsWith(begin);
        assertThat(shown).doesNotContain("447700900123");
        assertThat(decoded(shown)).doesNotContain("14155550123");
    }

    /** Meta's shortest: of a number with seven digits. Only ids that are not Meta's are hidden whole. */
    @Test
    void theShortestRealWamidIsToldFromOthers() {
        assertThat(MaskedId.of("message:wamid.HBgHNjgzNDAwMBUCABEYEjVGN0Y1OUNFNDJENDlCRTVBMQA="))
                .isEqualTo("message:wamid.***CRTVBMQA=");
    }

    private static String decoded(String shown) {
        String base64 = shown.replaceAll(".*\\*\\*\\*|[^A-Za-z0-9+/]", "");
        return new String(
                Base64.getDecoder().decode(base64.substring(0, base64.length() / 4 * 4)),
                StandardCharsets.ISO_8859_1);
    }
}
