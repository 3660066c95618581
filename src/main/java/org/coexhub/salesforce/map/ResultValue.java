package org.coexhub.salesforce.map;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the hub tells of a command that came from Salesforce and was not sent, under the names of the mapping file. */
public enum ResultValue {
    CLIENT_REF("clientRef"),
    RECORD_ID("recordId"),
    COMMAND_ID("commandId"),
    STATUS("status"),
    WAMID("wamid"),
    /** Meta's code where Meta refused, else the hub's reason. */
    ERROR_CODE("errorCode"),
    ERROR_TEXT("errorText"),
    AT("at");

    private final String word;

    ResultValue(String word) {
        this.word = word;
    }

    static Optional<ResultValue> of(String word) {
        return Arrays.stream(values()).filter(value -> value.word.equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(value -> value.word).collect(Collectors.joining(", "));
    }
}
