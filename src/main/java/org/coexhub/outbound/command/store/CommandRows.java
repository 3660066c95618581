package org.coexhub.outbound.command.store;

import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.StoredCommand.Wait;
import org.coexhub.outbound.command.validation.CommandJson;
import org.coexhub.platform.store.SqlTimes;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads rows of the command table, and times as its columns hold them: in UTC, to the millisecond. */
public final class CommandRows {

    private CommandRows() {}

    public static StoredCommand read(ResultSet rs, int row) throws SQLException {
        String wamid = rs.getString("wamid");
        SendCommand command = SendCommand.of(CommandJson.readStored(rs.getString("body")));
        boolean fallback = rs.getBoolean("fallback");
        return new StoredCommand(
                new CommandId(rs.getString("id")),
                rs.getLong("seq"),
                fallback ? command.asFallback() : command,
                CommandState.ofWireName(rs.getString("state")),
                rs.getString("reason"),
                rs.getObject("error_code", Integer.class),
                rs.getString("error_detail"),
                wamid == null ? null : new Wamid(wamid),
                rs.getString("wa_id"),
                rs.getString("user_id"),
                rs.getInt("attempts"),
                fallback,
                rs.getBoolean("resent"),
                Wait.ofColumn(rs.getString("waits_for")),
                SqlTimes.read(rs, "wake_at"),
                rs.getBoolean("announced"),
                SqlTimes.read(rs, "accepted_at"),
                SqlTimes.read(rs, "called_at"),
                SqlTimes.read(rs, "changed_at"));
    }
}
