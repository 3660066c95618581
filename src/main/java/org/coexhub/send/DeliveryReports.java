package org.coexhub.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.command.CommandId;
import org.coexhub.command.CommandStore;
import org.coexhub.command.StatusSeen;
import org.coexhub.event.EventData;
import org.coexhub.event.MessageContent;
import org.coexhub.eventlog.EventBatch;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/**
 * Step of the router: statuses and echoes tell what became of commands, also of those whose outcome was unknown. Runs in
 * the router's store transaction; a command that gets an outcome here is announced by the sweep.
 */
@Component("deliveryReports")
class DeliveryReports {

    private static final String OPAQUE = "biz_opaque_callback_data";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CommandStore store;

    DeliveryReports(CommandStore store) {
        this.store = store;
    }

    public void join(EventBatch batch) {
        var statuses = new ArrayList<StatusSeen>();
        for (var item : batch.accepted()) {
            switch (item.event().data()) {
                case EventData.MessageStatus status -> statuses.add(seen(item, status));
                case EventData.MessageEchoed echo ->
                        // An echo of a message of the hub's own proves that Meta has it. Known by
                        // its
                        // wamid, or by the command's id where the echo wraps what was sent; never
                        // by
                        // its words, for a person may have typed the same.
                        statuses.add(
                                new StatusSeen(
                                        commandIn(item.event().raw()),
                                        echo.wamid(),
                                        "sent",
                                        item.event().time(),
                                        null,
                                        null));
                default -> {}
            }
        }
        if (!statuses.isEmpty()) {
            store.applyStatuses(statuses);
        }
    }

    private static CommandId commandIn(byte[] echo) {
        if (echo == null || !new String(echo, StandardCharsets.ISO_8859_1).contains(OPAQUE)) {
            return null;
        }
        try {
            JsonNode opaque = JSON.readTree(echo).findValue(OPAQUE);
            return opaque == null ? null : CommandId.parse(opaque.asText()).orElse(null);
        } catch (IOException notJson) {
            return null;
        }
    }

    private static StatusSeen seen(EventBatch.Item item, EventData.MessageStatus status) {
        CommandId command = CommandId.parse(status.opaque()).orElse(null);
        MessageContent.MetaError error =
                status.errors() == null || status.errors().isEmpty()
                        ? null
                        : status.errors().getFirst();
        return new StatusSeen(
                command,
                status.wamid(),
                status.status(),
                item.event().time(),
                error == null || error.code() == null ? null : error.code().intValue(),
                error == null ? null : error.title());
    }
}
