package org.coexhub.connector.salesforce.map;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The values of a customer, under the names by which the mapping file asks for them. */
public enum PersonValue implements MappedValue {
    /** The name they show, or else their number. */
    NAME("name"),
    /** With a leading +; missing for customers known by a business-scoped id alone. */
    PHONE("phone"),
    /** What the field with the WhatsApp id gets: the number's digits, or else the business-scoped id. */
    WHATSAPP_ID("whatsappId"),
    USER_ID("userId"),
    /** For the task only: the records among which a person has to choose. */
    CANDIDATES("candidates");

    private final String word;

    PersonValue(String word) {
        this.word = word;
    }

    @Override
    public Form form() {
        return Form.TEXT;
    }

    static Optional<PersonValue> of(String word) {
        return Arrays.stream(values()).filter(value -> value.word.equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(value -> value.word).collect(Collectors.joining(", "));
    }
}
