package org.coexhub.outbound.cost;

import org.coexhub.event.EventData;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.outbound.command.CommandId;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Step of the router: enters prices in statuses, echoes and the hub's own sends into the ledger.
 *
 * <p><b>Why each message counts once.</b> It has one row, by its wamid, and what events say of it is joined as
 * {@link CostEntry} describes. The row changes in the transaction that claims the event; an event that comes again after
 * a crash was entered together with its claim.
 *
 * <p>Who wanted a message is told by its command: by the callback data of any status, by the wamid once Graph's answer
 * is stored, or by the event {@code whatsapp.message.sent} where a status without callback data overtook that answer.
 */
@Component("costLedger")
class CostLedger {

    private static final String TAKEN_OVER = "person_has_conversation";

    private final CostEntries entries;
    private final CommandSources sources;
    private final Savings savings;
    private final CostMetrics metrics;

    CostLedger(CostEntries entries, CommandSources sources, Savings savings, CostMetrics metrics) {
        this.entries = entries;
        this.sources = sources;
        this.savings = savings;
        this.metrics = metrics;
    }

    /** What an event says of a message; {@code command} is null where it names none. */
    private record Line(CostEntry entry, String wamid, CommandId command) {}

    public void enter(EventBatch batch) {
        var lines = new LinkedHashMap<String, List<Line>>();
        for (var item : batch.accepted()) {
            if (item.verdict() == EventBatch.Verdict.NEW) {
                line(item.event())
                        .ifPresent(
                                line ->
                                        lines.computeIfAbsent(
                                                        line.entry.id(), id -> new ArrayList<>())
                                                .add(line));
                saving(item.event());
            }
        }
        if (!lines.isEmpty()) {
            enter(lines);
        }
    }

    private void enter(Map<String, List<Line>> lines) {
        Map<String, CostEntry> before = entries.lock(lines.keySet());
        var after = new HashMap<>(before);
        lines.forEach(
                (id, told) ->
                        told.forEach(l -> after.computeIfPresent(id, (k, e) -> e.join(l.entry))));
        findSources(lines, after);
        entries.save(after.values());
        after.forEach((id, entry) -> metrics.changed(before.get(id).charge(), entry));
    }

    private void findSources(Map<String, List<Line>> lines, Map<String, CostEntry> after) {
        List<Line> unknown =
                lines.values().stream()
                        .flatMap(List::stream)
                        .filter(line -> after.get(line.entry.id()).source() == null)
                        .toList();
        Map<String, String> byCommand =
                sources.byCommand(
                        unknown.stream()
                                .filter(line -> line.command != null)
                                .map(line -> line.command.value())
                                .distinct()
                                .toList());
        Map<String, String> byMessage =
                sources.byMessage(unknown.stream().map(Line::wamid).distinct().toList());
        for (Line line : unknown) {
            String source = line.command == null ? null : byCommand.get(line.command.value());
            String known = source == null ? byMessage.get(line.wamid) : source;
            if (known != null) {
                after.computeIfPresent(line.entry.id(), (id, entry) -> entry.withSource(known));
            }
        }
    }

    private static Optional<Line> line(HubEvent event) {
        return switch (event.data()) {
            case EventData.MessageStatus status -> status(event, status);
            case EventData.MessageEchoed echo ->
                    Optional.of(untold(event, echo.wamid().value(), null, true));
            case EventData.Internal sent when event.type() == EventType.MESSAGE_SENT ->
                    Optional.of(
                            untold(
                                    event,
                                    sent.fields().path("wamid").asText(),
                                    sent.fields().path("command").path("source").textValue(),
                                    false));
            default -> Optional.empty();
        };
    }

    private static Optional<Line> status(HubEvent event, EventData.MessageStatus status) {
        String wamid = status.wamid().value();
        String id = status.participant() == null ? wamid : wamid + ":" + status.participant();
        return Stage.of(status)
                .map(
                        told ->
                                new CostEntry(
                                        id,
                                        number(event),
                                        told.stage(),
                                        event.time(),
                                        Price.of(status.pricing(), told.rank()),
                                        null,
                                        false))
                .map(
                        entry ->
                                new Line(
                                        entry,
                                        wamid,
                                        CommandId.parse(status.opaque()).orElse(null)));
    }

    /** A message of which no status has told anything yet. */
    private static Line untold(HubEvent event, String wamid, String source, boolean app) {
        var entry =
                new CostEntry(wamid, number(event), Stage.NONE, event.time(), null, source, app);
        return new Line(entry, wamid, null);
    }

    private void saving(HubEvent event) {
        boolean takenOver =
                event.type() == EventType.COMMAND_REJECTED
                        && event.data() instanceof EventData.Internal rejected
                        && TAKEN_OVER.equals(rejected.fields().path("reason").textValue());
        if (takenOver && event.number() != null) {
            savings.takenOver(event.id(), event.number(), event.time());
        }
    }

    private static String number(HubEvent event) {
        PhoneNumberId number = event.number();
        return number == null ? null : number.value();
    }
}
