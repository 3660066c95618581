package org.coexhub.connector.hubspot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Phone numbers as people type them into a CRM. */
class PhoneSpellingsTest {

    @ParameterizedTest
    @CsvSource({
        "'', +44 7700 900123, 447700900123, true",
        "'', 0044-7700-900123, 447700900123, true",
        "'', 447700900123, 447700900123, true",
        "'', +1 7700900123, 447700900123, false",
        "'', +7700900123, 447700900123, false",
        "'', ask Ana, 447700900123, false",
        "'', 07700 900123, 447700900123, false",
        "44, 07700 900123, 447700900123, true",
        "44, (0)7700 900123, 447700900123, true",
        "44, 7700900123, 447700900123, true",
        "49, 07700 900123, 447700900123, false",
        "44, 07700 900123, 497700900123, false",
        "44, 900123, 447700900123, false",
        "44, +7700900123, 447700900123, false",
        "'', +55 11 8765-4321, 5511987654321, true",
        "55, 11 8765-4321, 5511987654321, true",
        "'', +52 1 55 1234 5678, 525512345678, true",
        "'', +54 11 2345-6789, 5491123456789, true",
        "1, 212 555 0100, 12125550100, true",
        "353, 085 012 3456, 353850123456, true",
    })
    void areRecognisedAndNotGuessed(String country, String typed, String waId, boolean same) {
        assertThat(new PhoneSpellings(country).match(typed, waId)).isEqualTo(same);
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
        assertThat(new PhoneSpellings("").national(waId)).contains(national);
    }
}
