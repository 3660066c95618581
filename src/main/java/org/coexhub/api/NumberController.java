package org.coexhub.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.send.NumberSuspensions;
import org.coexhub.outbound.send.limit.MessagingLimits;
import org.coexhub.outbound.send.limit.NumberLimits;
import org.coexhub.state.conversation.HistoryImports;
import org.coexhub.state.conversation.NumberStore;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Endpoints for business numbers: what webhooks have shown of them, and what they may send. */
@RestController
@RequestMapping("/api/v1/numbers")
class NumberController {

    private final NumberStore numbers;
    private final HistoryImports imports;
    private final NumberLimits limits;
    private final MessagingLimits messagingLimits;
    private final NumberSuspensions suspensions;

    NumberController(
            NumberStore numbers,
            HistoryImports imports,
            NumberLimits limits,
            MessagingLimits messagingLimits,
            NumberSuspensions suspensions) {
        this.numbers = numbers;
        this.imports = imports;
        this.limits = limits;
        this.messagingLimits = messagingLimits;
        this.suspensions = suspensions;
    }

    /** One number; whatever is not known is null. */
    record Shown(
            @JsonUnwrapped NumberStore.Seen seen,
            Sync sync,
            Boolean coexistence,
            Integer messagesPerSecond,
            String throughput,
            String quality,
            String messagingLimit,
            Suspended suspension) {}

    /** What Meta imports from before the number was connected. */
    record Sync(HistoryImports.Standing history) {}

    /** Meta lets it send nothing at the moment. */
    record Suspended(int code, String reason, Instant since, Instant nextProbe) {}

    @GetMapping
    Map<String, List<Shown>> list() {
        return Map.of("numbers", all());
    }

    @GetMapping("/{id}")
    Shown one(@PathVariable String id) {
        return all().stream()
                .filter(shown -> shown.seen().number().equals(id))
                .findFirst()
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        404,
                                        "No such number",
                                        "no webhook and no command has named this phone number id"
                                                + " yet",
                                        Map.of()));
    }

    /** Those that webhooks have shown, and those that have sent. */
    private List<Shown> all() {
        Map<String, NumberLimits.Known> known =
                limits.all().stream()
                        .collect(Collectors.toMap(k -> k.number().value(), Function.identity()));
        Map<PhoneNumberId, NumberSuspensions.Suspension> suspended =
                suspensions.all().stream()
                        .collect(
                                Collectors.toMap(
                                        NumberSuspensions.Suspension::number, Function.identity()));
        Map<String, HistoryImports.Standing> history = imports.all();
        Map<String, String> tiers = messagingLimits.byAccount();
        var all = new TreeMap<String, NumberStore.Seen>();
        known.keySet().forEach(number -> all.put(number, NumberStore.Seen.unseen(number)));
        numbers.list().forEach(seen -> all.put(seen.number(), seen));
        return all.values().stream()
                .map(
                        seen ->
                                shown(
                                        seen,
                                        new Sync(
                                                history.getOrDefault(
                                                        seen.number(),
                                                        HistoryImports.Standing.NONE)),
                                        known.get(seen.number()),
                                        seen.wabaId() == null ? null : tiers.get(seen.wabaId()),
                                        suspended.get(new PhoneNumberId(seen.number()))))
                .toList();
    }

    /** Webhooks tell the messaging limit when it changes, Graph when it is asked: the webhook is the newer. */
    private static Shown shown(
            NumberStore.Seen seen,
            Sync sync,
            NumberLimits.Known known,
            String tier,
            NumberSuspensions.Suspension suspension) {
        Suspended suspended =
                suspension == null
                        ? null
                        : new Suspended(
                                suspension.code(),
                                suspension.reason(),
                                suspension.since(),
                                suspension.nextProbe());
        if (known == null) {
            return new Shown(seen, sync, null, null, null, null, tier, suspended);
        }
        return new Shown(
                seen,
                sync,
                known.coexistence(),
                known.perSecond(),
                known.throughput(),
                known.quality(),
                tier == null ? known.messagingLimit() : tier,
                suspended);
    }
}
