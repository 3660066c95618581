package org.coexhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.phones.SimulatedCustomer;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Stands for the systems of the business in the sandbox: hands commands in at {@code POST /api/v1/messages} as a CRM or
 * a campaign would, and follows what becomes of them, and of those that others hand in, at {@code GET
 * /api/v1/messages/{id}}.
 */
class CommandDesk {
    private static final int SHOWN = 30;
    private static final Duration BETWEEN = Duration.ofMillis(150);

    /** A command that has not come to an end by then is waiting for something, and asked for less often. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Set<String> ENDS =
            Set.of("read", "played", "failed", "rejected", "cancelled", "expired");

    /** What is to happen while the window is closed. */
    enum WhenClosed {
        TEMPLATE,
        HOLD,
        NOTHING
    }

    /**
     * What the page asks for.
     *
     * @param source who asks, as the hub names it
     * @param text free text; null to send the template itself
     * @param template Meta's template object, to be sent or to take the text's place; may be null
     */
    record Wanted(String source, String text, JsonNode template, WhenClosed whenClosed) {}

    /**
     * One command as the page shows it.
     *
     * @param customer local name of the recipient; null where no phone of the sandbox answers to it
     * @param standing as the hub tells it; null until the first answer
     */
    record Shown(
            String id,
            String customer,
            String source,
            String text,
            String template,
            Instant at,
            JsonNode standing) {

        private Shown now(JsonNode newStanding) {
            return new Shown(id, customer, source, text, template, at, newStanding);
        }

        private boolean ended() {
            return standing != null && ENDS.contains(standing.path("state").asText());
        }

        private boolean is(String wamid) {
            return standing != null && standing.path("wamid").asText().equals(wamid);
        }
    }

    private final HubClient hub;
    private final String from;
    private final Function<String, Optional<SimulatedCustomer>> byAddress;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Shown> commands = new LinkedHashMap<>();
    private final Map<String, Instant> asked = new LinkedHashMap<>();
    private volatile Runnable listener = () -> {};
    private volatile boolean open = true;

    /** @param from phone number id of the business */
    CommandDesk(
            HubClient hub,
            String from,
            Function<String, Optional<SimulatedCustomer>> byAddress,
            Clock clock) {
        this.hub = hub;
        this.from = from;
        this.byAddress = byAddress;
        this.clock = clock;
    }

    void onChange(Runnable newListener) {
        listener = newListener;
    }

    void start() {
        Thread.ofVirtual().name("sandbox-commands").start(this::follow);
    }

    /** The latest commands, newest first. */
    synchronized List<Shown> latest() {
        return new ArrayList<>(commands.values()).reversed();
    }

    /**
     * Hands a command in and returns its id.
     *
     * @throws IOException if the hub does not take it, with the hub's reason
     */
    String send(SimulatedCustomer to, Wanted wanted) throws IOException, InterruptedException {
        ObjectNode body = json.createObjectNode().put("from", from);
        if (to.waId() == null) {
            body.put("recipient", to.bsuid());
        } else {
            body.put("to", to.waId());
        }
        ObjectNode options = json.createObjectNode().put("source", wanted.source());
        boolean text = wanted.text() != null;
        if (text) {
            body.put("type", "text").putObject("text").put("body", wanted.text());
            whenClosed(wanted, options);
        } else {
            body.put("type", "template").set("template", wanted.template());
        }
        body.set("hub", options);
        JsonNode answer =
                hub.post(
                        "/api/v1/messages",
                        body,
                        "Idempotency-Key",
                        "sandbox-" + UUID.randomUUID());
        String id = answer.path("commandId").asText();
        String template =
                wanted.template() == null ? null : wanted.template().path("name").asText();
        show(
                new Shown(
                        id,
                        to.id(),
                        wanted.source(),
                        wanted.text(),
                        template,
                        clock.instant(),
                        null));
        return id;
    }

    private static void whenClosed(Wanted wanted, ObjectNode options) {
        switch (wanted.whenClosed() == null ? WhenClosed.NOTHING : wanted.whenClosed()) {
            case TEMPLATE -> options.set("fallbackTemplate", wanted.template());
            case HOLD -> options.put("hold", true);
            case NOTHING -> {
                // the hub refuses the text then, and says why
            }
        }
    }

    /** Takes note of an event of the hub: some tell of a command and what it said, others of a command's message. */
    void note(JsonNode event) {
        JsonNode data = event.path("data");
        String id = data.at("/command/id").asText();
        if (id.isEmpty()) {
            lookAgain(data.path("wamid").asText());
            return;
        }
        String address = data.path("to").asText(data.path("recipient").asText());
        show(
                new Shown(
                        id,
                        byAddress.apply(address).map(SimulatedCustomer::id).orElse(null),
                        data.at("/command/source").asText(),
                        data.path("text").textValue(),
                        data.at("/template/name").textValue(),
                        clock.instant(),
                        null));
    }

    private synchronized void lookAgain(String wamid) {
        if (!wamid.isEmpty()) {
            commands.values().stream()
                    .filter(command -> command.is(wamid))
                    .forEach(command -> asked.remove(command.id()));
        }
    }

    /** What is shown already stays as it is, but is looked at again at once. */
    private void show(Shown command) {
        synchronized (this) {
            asked.remove(command.id());
            if (commands.putIfAbsent(command.id(), command) == null && commands.size() > SHOWN) {
                String oldest = commands.keySet().iterator().next();
                commands.remove(oldest);
                asked.remove(oldest);
            }
        }
        listener.run();
    }

    private void follow() {
        while (open) {
            try {
                for (Shown command : due()) {
                    ask(command);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    private synchronized List<Shown> due() {
        Instant now = clock.instant();
        List<Shown> due =
                commands.values().stream().filter(command -> isDue(command, now)).toList();
        due.forEach(command -> asked.put(command.id(), now));
        return due;
    }

    private boolean isDue(Shown command, Instant now) {
        Instant last = asked.get(command.id());
        if (last == null) {
            return true;
        }
        boolean fresh = now.isBefore(command.at().plus(FRESH));
        return !command.ended() && (fresh || now.isAfter(last.plus(PATIENCE)));
    }

    private void ask(Shown command) throws InterruptedException {
        try {
            JsonNode standing = hub.get("/api/v1/messages/" + HubClient.encoded(command.id()));
            boolean news = !standing.equals(command.standing());
            if (news) {
                synchronized (this) {
                    commands.computeIfPresent(command.id(), (id, shown) -> shown.now(standing));
                }
                listener.run();
            }
        } catch (IOException away) {
            // the events' panel tells that the hub cannot be read; the next round asks again
        }
    }

    void close() {
        open = false;
    }
}
