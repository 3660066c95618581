package org.coexhub.outbound.send;

import org.coexhub.event.EventData;
import org.coexhub.event.HubEvent;
import org.coexhub.event.MessageContent;
import org.coexhub.event.Wamid;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.StatusSeen;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.graph.ErrorTable;
import org.coexhub.outbound.send.echo.CallbackData;
import org.springframework.stereotype.Component;

import java.util.ArrayList;

/**
 * Step of the router: records what statuses and own echoes say of commands, also of those whose outcome was unknown.
 * Runs in the router's store transaction; a command that gets an outcome here is announced by the sweep.
 */
@Component("deliveryReports")
class DeliveryReports {

    private final CommandStore store;
    private final ErrorTable errors;

    DeliveryReports(CommandStore store, ErrorTable errors) {
        this.store = store;
        this.errors = errors;
    }

    public void join(EventBatch batch) {
        var statuses = new ArrayList<StatusSeen>();
        for (var item : batch.accepted()) {
            if (item.event().data() instanceof EventData.MessageStatus status) {
                statuses.add(seen(item, status));
            }
        }
        batch.ownEchoes().forEach(echo -> statuses.add(confirmed(echo.event())));
        if (!statuses.isEmpty()) {
            store.applyStatuses(statuses);
        }
    }

    /**
     * An echo of a message of the hub's own proves that Meta has it. Known by its wamid, or by the command's id where the
     * echo wraps what was sent; never by its words, for a person may have typed the same.
     */
    private static StatusSeen confirmed(HubEvent echo) {
        Wamid wamid = ((EventData.Message) echo.data()).wamid();
        CommandId command = CallbackData.commandIn(echo.raw()).orElse(null);
        return new StatusSeen(command, wamid, "sent", echo.time(), null, null);
    }

    private StatusSeen seen(EventBatch.Item item, EventData.MessageStatus status) {
        CommandId command = CommandId.parse(status.opaque()).orElse(null);
        MessageContent.MetaError error =
                status.errors() == null || status.errors().isEmpty()
                        ? null
                        : status.errors().getFirst();
        Integer code = error == null || error.code() == null ? null : error.code().intValue();
        return new StatusSeen(
                command,
                status.wamid(),
                status.status(),
                item.event().time(),
                code,
                code == null ? null : errors.reasonOf(code));
    }
}
