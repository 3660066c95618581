package org.coexhub.connector.hubspot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a message is written into HubSpot's records, which take some 65,000 characters. */
class HubSpotMappingTest {

    private static final int MOST = 65_000;

    @ParameterizedTest
    @ValueSource(strings = {"a", "&", "<", "a&", "\n", "x\ny", "\ud83d\ude00", "a\ud83d\ude00"})
    void whateverAMessageIsMadeOfItsRecordIsShortEnoughAndWhole(String piece) {
        String record = HubSpotMapping.cut(HubSpotMapping.rich("z" + piece.repeat(65_536)));

        assertThat(record.length()).isBetween(59_000, MOST);
        String words = record.substring(0, record.length() - 1);
        assertThat(record).endsWith("…");
        assertThat(words.lastIndexOf('&')).isLessThanOrEqualTo(words.lastIndexOf(';'));
        assertThat(words.lastIndexOf('<')).isLessThanOrEqualTo(words.lastIndexOf('>'));
        assertThat(Character.isHighSurrogate(words.charAt(words.length() - 1))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello & <goodbye>", "one\ntwo"})
    void whatFitsIsNotCut(String words) {
        assertThat(HubSpotMapping.cut(HubSpotMapping.rich(words)))
                .isEqualTo(HubSpotMapping.rich(words));
    }
}
