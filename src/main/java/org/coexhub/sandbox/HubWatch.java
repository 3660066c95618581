package org.coexhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Follows the hub through its public API, as any other program would: the event feed by long poll, the destinations every two
 * seconds.
 */
class HubWatch {
    private static final int SHOWN = 120;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** Who has the conversation. {@code until} is null for "until further notice". */
    record Handover(String to, Instant until, String cause) {}

    record Seen(
            Map<String, SandboxScene.HubChat> chats,
            Map<String, String> sources,
            List<JsonNode> events,
            long eventsUpTo,
            JsonNode destinations,
            String problem) {}

    private final Function<String, Optional<String>> customerOfWamid;
    private final HubClient hub;
    private final Consumer<JsonNode> others;
    private final Map<String, String> conversationOfCustomer = new HashMap<>();
    private final Map<String, Handover> handovers = new HashMap<>();
    private final Map<String, String> sources = new HashMap<>();
    private final Deque<JsonNode> events = new ArrayDeque<>();
    private long eventsSoFar;
    private JsonNode destinations = MissingNode.getInstance();
    private String problem;
    private volatile Runnable listener = () -> {};
    private volatile boolean open = true;

    /** @param others who else wants to know of each event */
    HubWatch(
            Function<String, Optional<String>> customerOfWamid,
            HubClient hub,
            Consumer<JsonNode> others) {
        this.customerOfWamid = customerOfWamid;
        this.hub = hub;
        this.others = others;
    }

    void onChange(Runnable newListener) {
        listener = newListener;
    }

    void start() {
        Thread.ofVirtual().name("sandbox-feed").start(this::followFeed);
        Thread.ofVirtual().name("sandbox-destinations").start(this::followDestinations);
    }

    /** What is known now, with the events after the given count of events. */
    synchronized Seen seen(long after) {
        Map<String, SandboxScene.HubChat> chats = new HashMap<>();
        conversationOfCustomer.forEach(
                (customer, conversation) ->
                        chats.put(
                                customer,
                                new SandboxScene.HubChat(
                                        conversation, handovers.get(conversation))));
        long firstKept = eventsSoFar - events.size();
        List<JsonNode> fresh = events.stream().skip(Math.max(0, after - firstKept)).toList();
        return new Seen(chats, Map.copyOf(sources), fresh, eventsSoFar, destinations, problem);
    }

    /**
     * Gives a conversation to the bot or to a person.
     *
     * @throws IOException if the hub refuses or cannot be reached
     */
    void handOver(String customer, String to) throws IOException, InterruptedException {
        String conversation;
        synchronized (this) {
            conversation = conversationOfCustomer.get(customer);
        }
        if (conversation == null) {
            throw new IOException("The hub has no conversation with this customer yet");
        }
        hub.post(
                "/api/v1/conversations/" + HubClient.encoded(conversation) + "/handover",
                Map.of("to", to));
    }

    private void followFeed() {
        String after = "";
        while (open) {
            try {
                String path =
                        "/api/v1/events?limit=200&wait="
                                + HubClient.LONGEST_WAIT.toSeconds()
                                + (after.isEmpty() ? "" : "&after=" + HubClient.encoded(after));
                JsonNode page = hub.get(path);
                page.path("events")
                        .forEach(
                                event -> {
                                    take(event);
                                    others.accept(event);
                                });
                after = page.path("next").asText(after);
                report(null);
                if (!page.path("events").isEmpty()) {
                    listener.run();
                }
            } catch (IOException e) {
                report("The hub's event feed cannot be read: " + e.getMessage());
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void followDestinations() {
        while (open) {
            try {
                JsonNode now = hub.get("/api/v1/destinations");
                boolean changed;
                synchronized (this) {
                    changed = !now.equals(destinations);
                    destinations = now;
                }
                if (changed) {
                    listener.run();
                }
            } catch (IOException e) {
                synchronized (this) {
                    destinations = MissingNode.getInstance(); // the feed's poll tells the reason
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            pause();
        }
    }

    private synchronized void take(JsonNode event) {
        events.addLast(event);
        eventsSoFar++;
        if (events.size() > SHOWN) {
            events.removeFirst();
        }
        String conversation = event.path("subject").asText();
        JsonNode data = event.path("data");
        String wamid = data.path("wamid").asText();
        customerOfWamid
                .apply(wamid)
                .ifPresent(customer -> conversationOfCustomer.put(customer, conversation));
        switch (event.path("type").asText()) {
            case "whatsapp.message.sent" ->
                    sources.put(wamid, data.path("command").path("source").asText("system"));
            case "whatsapp.conversation.handover" ->
                    handovers.put(
                            conversation,
                            new Handover(
                                    data.path("to").asText(),
                                    instant(data.path("until").asText("")),
                                    data.path("cause").asText()));
            default -> {
                // the page shows every event; only these two change what the phones show
            }
        }
    }

    private static Instant instant(String text) {
        try {
            return text.isEmpty() || text.equals("null") ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null; // shown as "until further notice"
        }
    }

    private void report(String now) {
        boolean changed;
        synchronized (this) {
            changed = !Objects.equals(problem, now);
            problem = now;
        }
        if (changed) {
            listener.run();
        }
    }

    private static void pause() {
        LockSupport.parkNanos(PAUSE.toNanos());
    }

    void close() {
        open = false;
    }
}
