package org.coexhub.event;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Objects;

/** Meta's id of a business phone number; not the phone number itself. */
public record PhoneNumberId(@JsonValue String value) {

    public PhoneNumberId {
        Objects.requireNonNull(value, "value");
    }

    @Override
    public String toString() {
        return value;
    }
}
