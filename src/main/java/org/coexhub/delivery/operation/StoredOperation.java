package org.coexhub.delivery.operation;

import org.coexhub.platform.store.SqlTimes;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * An operation with what only its runner needs.
 *
 * @param request what is asked for, as JSON
 * @param place up to where it is done; null: it has not begun
 * @param endPlace where it ends, for an operation that goes from place to place
 * @param stepPlace where the step ends that was begun and is not counted yet; null: there is none
 * @param stepSize how much that step does
 * @param baton of a replay, the broker's message its steps go by; null: there is none yet
 */
record StoredOperation(
        Operation operation,
        String request,
        boolean cancelAsked,
        String place,
        String endPlace,
        String stepPlace,
        int stepSize,
        String baton) {

    static StoredOperation of(ResultSet row, int number) throws SQLException {
        return new StoredOperation(
                new Operation(
                        row.getString("id"),
                        row.getString("kind"),
                        row.getString("name"),
                        row.getString("asked_by"),
                        Operation.State.of(row.getString("state")),
                        row.getLong("matched"),
                        row.getLong("done"),
                        row.getLong("failed"),
                        SqlTimes.read(row, "started_at"),
                        SqlTimes.read(row, "ended_at"),
                        row.getString("reason")),
                row.getString("request"),
                row.getBoolean("cancel_asked"),
                row.getString("place"),
                row.getString("end_place"),
                row.getString("step_place"),
                row.getInt("step_size"),
                row.getString("baton"));
    }
}
