package org.coexhub.outbound.command;

import com.fasterxml.jackson.annotation.JsonValue;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Names one command for good; travels to Meta as {@code biz_opaque_callback_data} and comes back in every status. A UUID
 * of version 7, so that new commands sit together in the index.
 */
public record CommandId(@JsonValue String value) {

    private static final SecureRandom RANDOM = new SecureRandom();

    public CommandId {
        if (!UUID.fromString(value).toString().equals(value)) {
            throw new IllegalArgumentException("not a command id in canonical form");
        }
    }

    public static CommandId next(Instant now) {
        long high = now.toEpochMilli() << 16 | 0x7000L | RANDOM.nextInt(0x1000);
        long low = RANDOM.nextLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
        return new CommandId(new UUID(high, low).toString());
    }

    /** Empty for anything that the hub cannot have made, such as another program's callback data. */
    public static Optional<CommandId> parse(String text) {
        if (text == null || text.length() != 36) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CommandId(text));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
