package org.coexhub.sandbox.meta.webhook;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.sandbox.meta.account.Pace;
import org.coexhub.sandbox.phones.Bubble;
import org.coexhub.sandbox.phones.Bubble.Tick;
import org.coexhub.sandbox.phones.Phones;
import org.coexhub.sandbox.phones.SimulatedCustomer;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Carries business messages to customers' phones: sent, delivered, read, each with its status webhook. A phone that is off stops
 * its messages at "sent" until it is on again. Messages from the app get statuses too, without pricing.
 */
public final class Courier {
    /** What Graph accepted, and as which category it is priced. */
    record Send(JsonNode body, String category) {}

    private final Phones phones;
    private final Payloads payloads;
    private final WebhookSender webhooks;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final Pace pace;

    /** Per wamid; absent for messages from the app. */
    private final Map<String, Send> sends = new ConcurrentHashMap<>();

    public Courier(
            Phones phones,
            Payloads payloads,
            WebhookSender webhooks,
            ScheduledExecutorService timer,
            Clock clock,
            Pace pace) {
        this.phones = phones;
        this.payloads = payloads;
        this.webhooks = webhooks;
        this.timer = timer;
        this.clock = clock;
        this.pace = pace;
    }

    public void carrySend(
            SimulatedCustomer customer, String wamid, JsonNode body, String category) {
        sends.put(wamid, new Send(body, category));
        carry(customer, wamid);
    }

    public void carry(SimulatedCustomer customer, String wamid) {
        later(
                pace.sent(),
                () -> {
                    reach(customer, wamid, Tick.SENT);
                    if (phones.isPhoneOn(customer.id())) {
                        deliver(customer, wamid);
                    }
                });
    }

    public void phoneIsOn(SimulatedCustomer customer) {
        List<Bubble> waiting =
                phones.bubbles(customer.id()).stream()
                        .filter(
                                bubble ->
                                        bubble.side() != Bubble.Side.CUSTOMER
                                                && bubble.tick() == Tick.SENT)
                        .toList();
        waiting.forEach(bubble -> deliver(customer, bubble.wamid()));
    }

    private void deliver(SimulatedCustomer customer, String wamid) {
        later(
                pace.delivered(),
                () -> {
                    reach(customer, wamid, Tick.DELIVERED);
                    later(pace.read(), () -> reach(customer, wamid, Tick.READ));
                });
    }

    private void reach(SimulatedCustomer customer, String wamid, Tick tick) {
        phones.update(wamid, bubble -> bubble.ticked(tick));
        String status =
                switch (tick) {
                    case SENT -> "sent";
                    case DELIVERED -> "delivered";
                    case READ -> "read";
                    case ACCEPTED, FAILED ->
                            throw new IllegalArgumentException("No phone reports " + tick);
                };
        webhooks.enqueue(
                payloads.status(customer, wamid, status, clock.instant(), sends.get(wamid)));
    }

    private void later(Duration delay, Runnable step) {
        if (!timer.isShutdown()) {
            timer.schedule(step, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
