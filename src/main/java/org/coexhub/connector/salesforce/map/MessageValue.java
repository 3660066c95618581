package org.coexhub.connector.salesforce.map;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The values of a message, under the names by which the mapping file asks for them. */
public enum MessageValue implements MappedValue {
    DIRECTION("direction", Form.TEXT),
    ORIGIN("origin", Form.TEXT),
    TYPE("type", Form.TEXT),
    TEXT("text", Form.TEXT),
    MEDIA_URL("mediaUrl", Form.TEXT),
    STATUS("status", Form.TEXT),
    SENT_AT("sentAt", Form.TIME),
    DELIVERED_AT("deliveredAt", Form.TIME),
    READ_AT("readAt", Form.TIME),
    FAILED_AT("failedAt", Form.TIME),
    ERROR_CODE("errorCode", Form.TEXT),
    ERROR_TEXT("errorText", Form.TEXT),
    CONVERSATION("conversation", Form.TEXT),
    NUMBER("number", Form.TEXT),
    PHONE("phone", Form.TEXT),
    NAME("name", Form.TEXT),
    USER_ID("userId", Form.TEXT),
    REPLY_TO("replyTo", Form.TEXT),
    COMMAND_ID("commandId", Form.TEXT),
    CLIENT_REF("clientRef", Form.TEXT),
    CONTACT("contact", Form.REFERENCE),
    LEAD("lead", Form.REFERENCE),
    ACCOUNT("account", Form.REFERENCE);

    private final String word;
    private final Form form;

    MessageValue(String word, Form form) {
        this.word = word;
        this.form = form;
    }

    @Override
    public Form form() {
        return form;
    }

    static Optional<MessageValue> of(String word) {
        return Arrays.stream(values()).filter(value -> value.word.equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(value -> value.word).collect(Collectors.joining(", "));
    }
}
