package org.coexhub.outbound.bulk;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Optional;
import java.util.UUID;

/** Names one bulk for good. */
public record BulkId(@JsonValue String value) {

    static BulkId next() {
        return new BulkId(UUID.randomUUID().toString());
    }

    /** Empty for anything the hub cannot have made. */
    public static Optional<BulkId> parse(String text) {
        try {
            return UUID.fromString(text).toString().equals(text)
                    ? Optional.of(new BulkId(text))
                    : Optional.empty();
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
