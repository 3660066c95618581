package org.coexhub.connector.salesforce.map;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The values of a command that came from Salesforce and was not sent, under the names of the mapping file. */
public enum ResultValue implements MappedValue {
    CLIENT_REF("clientRef", Form.TEXT),
    RECORD_ID("recordId", Form.TEXT),
    COMMAND_ID("commandId", Form.TEXT),
    STATUS("status", Form.TEXT),
    WAMID("wamid", Form.TEXT),
    /** Meta's code where Meta refused, else the hub's reason. */
    ERROR_CODE("errorCode", Form.TEXT),
    ERROR_TEXT("errorText", Form.TEXT),
    AT("at", Form.TIME),
    /** What follows from this result follows from so many commands. */
    HOPS("hops", Form.NUMBER);

    private final String word;
    private final Form form;

    ResultValue(String word, Form form) {
        this.word = word;
        this.form = form;
    }

    @Override
    public Form form() {
        return form;
    }

    static Optional<ResultValue> of(String word) {
        return Arrays.stream(values()).filter(value -> value.word.equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(value -> value.word).collect(Collectors.joining(", "));
    }
}
