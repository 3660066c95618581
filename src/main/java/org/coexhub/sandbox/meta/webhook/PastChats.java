package org.coexhub.sandbox.meta.webhook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.phones.Bubble;
import org.coexhub.sandbox.phones.Phones;
import org.coexhub.sandbox.phones.SimulatedCustomer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The chats of the app before onboarding, as {@code history} webhooks: phase 0 is the last day, phase 1 up to 90 days,
 * phase 2 up to 180. Media appears as a placeholder; for the last 14 days the media follows in a webhook of its own.
 */
public final class PastChats {
    private static final Duration MEDIA_KEPT = Duration.ofDays(14);
    private static final int CHUNK = 20;
    private static final int[] PHASE_DAYS = {0, 1, 90, 180};

    private record Past(SimulatedCustomer customer, Bubble bubble) {}

    private final Phones phones;
    private final Payloads payloads;

    public PastChats(Phones phones, Payloads payloads) {
        this.phones = phones;
        this.payloads = payloads;
    }

    public List<Payloads.Change> share(Instant onboarded) {
        List<List<Past>> chunks = new ArrayList<>();
        List<Integer> phaseOf = new ArrayList<>();
        for (int phase = 0; phase < 3; phase++) {
            List<Past> messages =
                    between(
                            onboarded.minus(Duration.ofDays(PHASE_DAYS[phase + 1])),
                            onboarded.minus(Duration.ofDays(PHASE_DAYS[phase])));
            for (int from = 0; from < messages.size(); from += CHUNK) {
                chunks.add(messages.subList(from, Math.min(from + CHUNK, messages.size())));
                phaseOf.add(phase);
            }
        }
        List<Payloads.Change> changes = new ArrayList<>();
        int order = 0;
        for (int i = 0; i < chunks.size(); i++) {
            int phase = phaseOf.get(i);
            order = i > 0 && phaseOf.get(i - 1) == phase ? order + 1 : 1;
            int progress = 100 * (i + 1) / chunks.size();
            changes.add(chunk(chunks.get(i), phase, order, progress));
        }
        between(onboarded.minus(MEDIA_KEPT), onboarded).stream()
                .filter(
                        past ->
                                past.bubble().content() != null
                                        && past.bubble().content().has("mime_type"))
                .map(this::media)
                .forEach(changes::add);
        return changes;
    }

    private List<Past> between(Instant from, Instant to) {
        List<Past> found = new ArrayList<>();
        for (SimulatedCustomer customer : phones.customers()) {
            phones.bubbles(customer.id()).stream()
                    .filter(Bubble::past)
                    .filter(bubble -> bubble.at().isAfter(from) && !bubble.at().isAfter(to))
                    .forEach(bubble -> found.add(new Past(customer, bubble)));
        }
        return found;
    }

    private Payloads.Change chunk(List<Past> messages, int phase, int order, int progress) {
        ObjectNode value = payloads.value();
        ObjectNode history = value.putArray("history").addObject();
        history.putObject("metadata")
                .put("phase", phase)
                .put("chunk_order", order)
                .put("progress", progress);
        ArrayNode threads = history.putArray("threads");
        SimulatedCustomer last = null;
        ArrayNode list = null;
        for (Past past : messages) {
            if (list == null || !past.customer().equals(last)) {
                last = past.customer();
                list = thread(threads, last);
            }
            list.add(historic(past));
        }
        return new Payloads.Change("history", value, "history");
    }

    private static ArrayNode thread(ArrayNode threads, SimulatedCustomer customer) {
        ObjectNode thread = threads.addObject().put("id", customer.address());
        ObjectNode context = thread.putObject("context");
        Payloads.put(context, "wa_id", customer.waId());
        Payloads.put(context, "user_id", customer.bsuid());
        Payloads.put(context, "username", customer.username());
        return thread.putArray("messages");
    }

    private ObjectNode historic(Past past) {
        Bubble bubble = past.bubble();
        boolean fromMe = bubble.side() != Bubble.Side.CUSTOMER;
        ObjectNode message = whole(past);
        if (bubble.content() != null && bubble.content().has("mime_type")) {
            message.remove(bubble.type());
            message.put("type", "media_placeholder");
        }
        ObjectNode context =
                message.putObject("history_context")
                        .put("status", bubble.tick().name().toLowerCase(Locale.ROOT));
        if (fromMe) {
            context.put("from_me", true);
        }
        return message;
    }

    private Payloads.Change media(Past past) {
        boolean fromMe = past.bubble().side() != Bubble.Side.CUSTOMER;
        ObjectNode value = payloads.withContact(payloads.value(), past.customer());
        value.putArray(fromMe ? "message_echoes" : "messages").add(whole(past));
        return new Payloads.Change("history", value, "history");
    }

    private ObjectNode whole(Past past) {
        return past.bubble().side() == Bubble.Side.CUSTOMER
                ? payloads.fromCustomer(past.customer(), past.bubble())
                : payloads.fromBusiness(past.customer(), past.bubble());
    }
}
