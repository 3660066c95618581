package org.coexhub.event.slice;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.coexhub.event.slice.Outline.Kind;
import org.coexhub.event.slice.Outline.Scope;
import org.coexhub.event.slice.Outline.Span;

import java.io.IOException;

/**
 * Reads single values off the token stream: whom an item names, how deep it goes, where it ends. Each method begins with
 * the parser on the value's first token and leaves it on the last.
 */
final class ItemScan {

    private final JsonParser parser;
    private int skippedDepth;

    ItemScan(JsonParser parser) {
        this.parser = parser;
    }

    int tokenStart() {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    /** The byte after the current token. */
    int end() throws IOException {
        parser.finishToken();
        return (int) parser.currentLocation().getByteOffset();
    }

    /** Levels of arrays and objects in what was read last; 0 for a scalar. */
    int skippedDepth() {
        return skippedDepth;
    }

    /** Text of a string or number; null for everything else. */
    String scalar() throws IOException {
        JsonToken token = parser.currentToken();
        return token == JsonToken.VALUE_STRING || token.isNumeric() ? parser.getText() : null;
    }

    void skip() throws IOException {
        skippedDepth = 0;
        skipInside(0);
    }

    Span skipMember(int nameStart) throws IOException {
        skip();
        return new Span(nameStart, end());
    }

    private void skipInside(int outside) throws IOException {
        if (!parser.currentToken().isStructStart()) {
            return;
        }
        int open = 1;
        int deepest = 1;
        while (open > 0) {
            JsonToken token = parser.nextToken();
            if (token.isStructStart()) {
                open++;
                deepest = Math.max(deepest, open);
            } else if (token.isStructEnd()) {
                open--;
            }
        }
        skippedDepth = Math.max(skippedDepth, outside + deepest);
    }

    /** Whom an element of a list names. Elements that are no objects name nobody. */
    Identity item(Kind kind) throws IOException {
        Identity identity = new Identity();
        skippedDepth = 0;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            skipInside(0);
            return identity;
        }
        skippedDepth = 1;
        String threadId = null;
        String recipient = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (kind) {
                case MESSAGE -> sender(name, identity);
                case STATUS -> {
                    recipient = name.equals("recipient_id") ? scalar() : recipient;
                    recipient(name, identity);
                }
                case ECHO -> receiver(name, identity);
                case PREFERENCE -> person(name, identity);
                case CONTACT -> nested(name, "contact", identity);
                case THREAD -> {
                    threadId = name.equals("id") ? scalar() : threadId;
                    nested(name, "context", identity);
                }
                default -> {}
            }
            skipInside(1);
        }
        settle(identity, threadId, recipient);
        return identity;
    }

    private static void settle(Identity identity, String threadId, String recipient) {
        if (identity.toGroup) {
            identity.group = Identity.clean(recipient);
        } else if (recipient != null) {
            identity.phone(recipient);
        }
        if (identity.waId == null && threadId != null) {
            identity.phone(threadId);
        }
    }

    /** An entry of {@code contacts}. */
    Identity contact() throws IOException {
        Identity identity = new Identity();
        skippedDepth = 0;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            skipInside(0);
            return identity;
        }
        skippedDepth = 1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            person(name, identity);
            nested(name, "profile", identity);
            skipInside(1);
        }
        return identity;
    }

    void metadata(Scope scope) throws IOException {
        skippedDepth = 0;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            skipInside(0);
            return;
        }
        skippedDepth = 1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "phone_number_id" -> scope.phoneNumberId = Identity.clean(scalar());
                case "display_phone_number" -> scope.displayPhoneNumber = Identity.clean(scalar());
                default -> {}
            }
            skipInside(1);
        }
    }

    /** One side of a handover: the business if it has a phone number id, the customer if not. */
    void party(Scope scope, Identity customer) throws IOException {
        Identity party = new Identity();
        String numberId = null;
        skippedDepth = 0;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            skippedDepth = 1;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                numberId = name.equals("phone_number_id") ? Identity.clean(scalar()) : numberId;
                person(name, party);
                skipInside(1);
            }
        } else {
            skipInside(0);
        }
        if (numberId == null) {
            customer.fillFrom(party);
        } else if (scope.phoneNumberId == null) {
            scope.phoneNumberId = numberId;
        }
    }

    private void sender(String name, Identity identity) throws IOException {
        switch (name) {
            case "from" -> identity.phone(scalar());
            case "from_user_id" -> identity.scopedId(scalar());
            case "from_parent_user_id" -> identity.parentUserId = Identity.clean(scalar());
            case "group_id" -> identity.group = Identity.clean(scalar());
            default -> {}
        }
    }

    private void recipient(String name, Identity identity) throws IOException {
        switch (name) {
            case "recipient_type" -> identity.toGroup = "group".equalsIgnoreCase(scalar());
            case "recipient_user_id", "recipient_participant_user_id" ->
                    identity.scopedId(scalar());
            case "recipient_parent_user_id" -> identity.parentUserId = Identity.clean(scalar());
            case "recipient_participant_id", "participant_recipient_id" -> identity.phone(scalar());
            default -> {}
        }
    }

    private void receiver(String name, Identity identity) throws IOException {
        switch (name) {
            case "to" -> identity.phone(scalar());
            case "to_user_id", "recipient" -> identity.scopedId(scalar());
            case "to_parent_user_id" -> identity.parentUserId = Identity.clean(scalar());
            case "group_id" -> identity.group = Identity.clean(scalar());
            // Meta's own agent echoes the body of its send request in here.
            case "message" -> nested(name, "message", identity);
            default -> {}
        }
    }

    private void person(String name, Identity identity) throws IOException {
        switch (name) {
            case "wa_id", "phone_number" -> identity.phone(scalar());
            case "user_id" -> identity.scopedId(scalar());
            case "parent_user_id" -> identity.parentUserId = Identity.clean(scalar());
            case "username" -> identity.username(scalar());
            case "name", "full_name" -> identity.name = Identity.label(scalar());
            default -> {}
        }
    }

    /** Looks one level deeper for the same names; leaves the parser at the end of that object. */
    private void nested(String name, String wanted, Identity identity) throws IOException {
        if (!name.equals(wanted) || parser.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        skippedDepth = Math.max(skippedDepth, 2);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String inner = parser.currentName();
            parser.nextToken();
            if (wanted.equals("message")) {
                receiver(inner.equals("message") ? "" : inner, identity);
            } else {
                person(inner, identity);
            }
            skipInside(2);
        }
    }
}
