package org.coexhub.outbound.command.store;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.validation.CommandJson;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads the message groups of stored commands, without their bodies: hundreds of large commands may be due at once.
 * Only a receipt, which has no recipient, is read for it, one at a time.
 */
public final class GroupRows {

    private static final String BODY = "SELECT body FROM command WHERE id = :id";

    private final JdbcClient jdbc;

    public GroupRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param recipient as the command's row has it; null for a receipt */
    public String of(CommandId id, PhoneNumberId from, String recipient) {
        if (recipient != null) {
            return SendCommand.group(from, recipient);
        }
        return jdbc.sql(BODY)
                .param("id", id.value())
                .query(String.class)
                .optional()
                .map(body -> SendCommand.of(CommandJson.readStored(body)).group())
                .orElseGet(() -> SendCommand.group(from, ""));
    }
}
