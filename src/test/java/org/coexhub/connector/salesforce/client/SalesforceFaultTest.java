package org.coexhub.connector.salesforce.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SalesforceFaultTest {

    private final ObjectMapper json = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UNABLE_TO_LOCK_ROW",
                "REQUEST_LIMIT_EXCEEDED",
                "STORAGE_LIMIT_EXCEEDED",
                "QUERY_TIMEOUT"
            })
    void aLockALimitAndAnOutagePass(String code) throws Exception {
        assertThat(of(null, code, "").verdict().passes()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 408, 429, 500, 502, 503, 504})
    void anAnswerThatSaysLaterPasses(int status) throws Exception {
        assertThat(of(status, "WHATEVER", "").verdict().passes()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                "STRING_TOO_LONG",
                "REQUIRED_FIELD_MISSING",
                "INSUFFICIENT_ACCESS_OR_READONLY",
                "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
            })
    void whatARecordIsRefusedForLasts(String code) throws Exception {
        assertThat(of(null, code, "").verdict().passes()).isFalse();
    }

    @Test
    void aFaultOfTheSetupWaitsUntilItIsMendedAndSaysWhatItIs() throws Exception {
        var fault = of(400, "INVALID_FIELD", "No such column 'Body__c' on sobject");

        assertThat(fault.verdict().passes()).isTrue();
        assertThat(fault.toString()).contains("No such column 'Body__c'");
    }

    @Test
    void aMessageThatMayQuoteACustomerIsNotTold() throws Exception {
        var fault = of(null, "STRING_TOO_LONG", "data value too large: dear sir");

        assertThat(fault.toString()).contains("STRING_TOO_LONG (Body__c)").doesNotContain("dear");
    }

    private SalesforceFault of(Integer status, String code, String message) throws Exception {
        return SalesforceFault.of(
                status,
                json.readTree(
                        "{\"statusCode\":\"%s\",\"message\":\"%s\",\"fields\":[\"Body__c\"]}"
                                .formatted(code, message)));
    }
}
