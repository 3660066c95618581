package org.coexhub.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/** Phone numbers as people type them into a CRM. */
class PhoneSpellingsTest {

    private final PhoneSpellings anywhere = new PhoneSpellings("");
    private final PhoneSpellings british = new PhoneSpellings("44");

    @ParameterizedTest
    @CsvSource({
        "'', +44 7700 900123, 447700900123, true",
        "'', +44 (0)7700 900-123, 447700900123, true",
        "'', +44 7700 900123 ext. 12, 447700900123, true",
        "'', 0044 7700 900123, 447700900123, true",
        "'', 0044-7700-900123, 447700900123, true",
        "'', 447700900123, 447700900123, true",
        "'', +44 7700 900124, 447700900123, false",
        "'', +1 7700900123, 447700900123, false",
        "'', +7700900123, 447700900123, false",
        "'', ask Ana, 447700900123, false",
        "'', call me, 447700900123, false",
        "'', '', 447700900123, false",
        "'', , 447700900123, false",
        "'', 123, 447700900123, false",
        "'', 07700 900123, 447700900123, false",
        "44, 07700 900123, 447700900123, true",
        "44, (0)7700 900123, 447700900123, true",
        "44, 7700900123, 447700900123, true",
        "44, 447700900123, 447700900123, true",
        "49, 07700 900123, 447700900123, false",
        "44, 07700 900123, 497700900123, false",
        "44, 07700900123, 17700900123, false",
        "44, 900123, 447700900123, false",
        "44, +7700900123, 447700900123, false",
        "44, 007700900123, 447700900123, false",
        "'', +55 11 8765-4321, 5511987654321, true",
        "'', +55 (11) 98765-4321, 551187654321, true",
        "55, 11 8765-4321, 5511987654321, true",
        "'', +52 1 55 1234 5678, 525512345678, true",
        "'', +52 55 1234 5678, 5215512345678, true",
        "'', +54 11 2345-6789, 5491123456789, true",
        "1, 212 555 0100, 12125550100, true",
        "353, 085 012 3456, 353850123456, true",
        "39, 06 1234 5678, 390612345678, true",
    })
    void areRecognisedAndNotGuessed(String country, String typed, String waId, boolean same) {
        assertThat(new PhoneSpellings(country).match(typed, waId)).isEqualTo(same);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "x", "ext", "+", "0", "(0)"})
    void aPhoneFieldOfAnyLengthIsReadInNoTime(String pattern) {
        String phone = "1" + pattern.repeat(60_000 / pattern.length()) + "\n\n1";

        assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> assertThat(anywhere.match(phone, "447700900123")).isFalse());
    }

    @ParameterizedTest
    @CsvSource({
        "12125550100, 2125550100",
        "79161234567, 9161234567",
        "447700900123, 7700900123",
        "353850123456, 850123456",
        "390612345678, 0612345678",
        "998901234567, 901234567",
        "971501234567, 501234567",
        "886912345678, 912345678",
        "5511987654321, 11987654321",
    })
    void areSearchedForWithoutTheCountryCode(String waId, String national) {
        assertThat(PhoneSpellings.national(waId)).contains(national);
    }

    @Test
    void aNumberOfTheCountryThatTheSettingsNameIsSearchedForWithoutItsCode() {
        assertThat(british.of("447700900123"))
                .containsExactlyInAnyOrder("447700900123", "7700900123", "07700900123");
        assertThat(british.of("497700900123")).containsExactly("497700900123");
        assertThat(anywhere.of("447700900123")).containsExactly("447700900123");
    }

    @Test
    void bothSpellingsOfBrazilMexicoAndArgentinaAreSearchedFor() {
        assertThat(anywhere.of("551187654321")).contains("5511987654321");
        assertThat(anywhere.of("5511987654321")).contains("551187654321");
        assertThat(anywhere.of("525512345678")).contains("5215512345678");
        assertThat(anywhere.of("541123456789")).contains("5491123456789");
    }
}
