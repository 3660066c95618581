package org.coexhub.sandbox;

import jakarta.servlet.http.HttpServletResponse;

import org.apache.catalina.connector.ClientAbortException;
import org.coexhub.sandbox.meta.SimulatedMeta;
import org.coexhub.sandbox.meta.account.Misbehaviour;
import org.coexhub.sandbox.phones.SimulatedCustomer;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Endpoints of the sandbox page: act on either phone, change how Meta behaves, hand a conversation over. Only JSON
 * bodies are read.
 */
@RestController
@Profile(SandboxEnvironment.PROFILE)
@RequestMapping("/sandbox/api")
class SandboxApi {
    record NewCustomer(String name, String phone, String username) {}

    record Text(String text) {}

    record Change(String wamid, String text) {}

    record Tap(String wamid, String kind, String id, String title) {}

    record Reaction(String wamid, String emoji) {}

    record Switch(boolean on) {}

    record To(String to) {}

    private final SimulatedMeta meta;
    private final SandboxScene scene;
    private final SandboxStream stream;
    private final HubWatch watch;
    private final CommandDesk commands;

    SandboxApi(
            SimulatedMeta meta,
            SandboxScene scene,
            SandboxStream stream,
            HubWatch watch,
            CommandDesk commands) {
        this.meta = meta;
        this.scene = scene;
        this.stream = stream;
        this.watch = watch;
        this.commands = commands;
    }

    @GetMapping("/state")
    SandboxScene.Scene state() {
        return scene.now(0);
    }

    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream() {
        return stream.open();
    }

    @GetMapping("/media/{id}")
    ResponseEntity<byte[]> media(@PathVariable String id) {
        return meta.media(id)
                .map(bytes -> ResponseEntity.ok().contentType(MediaType.IMAGE_PNG).body(bytes))
                .orElseGet(() -> ResponseEntity.notFound().build());
    }

    @PostMapping("/customers")
    SimulatedCustomer add(@RequestBody NewCustomer wanted) {
        String name = required(wanted.name(), "name");
        String digits =
                blankToNull(wanted.phone()) == null
                        ? null
                        : wanted.phone().replaceAll("[^0-9]", "");
        if (digits != null && (digits.length() < 7 || digits.length() > 15)) {
            throw new IllegalArgumentException("A phone number has 7 to 15 digits");
        }
        String username = blankToNull(wanted.username());
        if (digits == null && username == null) {
            throw new IllegalArgumentException("Give a phone number, a username, or both");
        }
        String shown = username == null || username.startsWith("@") ? username : "@" + username;
        long serial = UUID.randomUUID().getMostSignificantBits() & Long.MAX_VALUE;
        String bsuid = "GB." + serial;
        String id =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + "-" + serial % 1000;
        SimulatedCustomer customer = new SimulatedCustomer(id, name, digits, bsuid, shown);
        meta.add(customer);
        return customer;
    }

    @PostMapping("/customers/{id}/messages")
    Map<String, String> write(@PathVariable String id, @RequestBody Text message) {
        return Map.of("wamid", meta.phoneOf(id).writes(required(message.text(), "text")));
    }

    @PostMapping("/customers/{id}/pictures")
    Map<String, String> picture(@PathVariable String id) throws IOException {
        return Map.of(
                "wamid",
                meta.phoneOf(id)
                        .sendsImage(SandboxCast.picture(), "image/png", "Look at this one!"));
    }

    @PostMapping("/customers/{id}/taps")
    Map<String, String> tap(@PathVariable String id, @RequestBody Tap tap) {
        return Map.of(
                "wamid", meta.phoneOf(id).taps(tap.wamid(), tap.kind(), tap.id(), tap.title()));
    }

    @PostMapping("/customers/{id}/reactions")
    Map<String, String> react(@PathVariable String id, @RequestBody Reaction reaction) {
        return Map.of("wamid", meta.phoneOf(id).reacts(reaction.wamid(), reaction.emoji()));
    }

    @PostMapping("/customers/{id}/edits")
    Map<String, String> edit(@PathVariable String id, @RequestBody Change change) {
        return Map.of(
                "wamid", meta.phoneOf(id).edits(change.wamid(), required(change.text(), "text")));
    }

    @PostMapping("/customers/{id}/revokes")
    Map<String, String> revoke(@PathVariable String id, @RequestBody Change change) {
        return Map.of("wamid", meta.phoneOf(id).revokes(change.wamid()));
    }

    @PutMapping("/customers/{id}/phone")
    void switchPhone(@PathVariable String id, @RequestBody Switch wanted) {
        meta.phoneOf(id).switched(wanted.on());
    }

    @PutMapping("/customers/{id}/offers")
    void takeOffers(@PathVariable String id, @RequestBody Switch wanted) {
        meta.phoneOf(id).offers(wanted.on());
    }

    /** Hands a command to the hub; what becomes of it is in the scene. */
    @PostMapping("/customers/{id}/commands")
    Map<String, String> command(@PathVariable String id, @RequestBody CommandDesk.Wanted wanted)
            throws IOException, InterruptedException {
        required(wanted.source(), "source");
        if (blankToNull(wanted.text()) == null && wanted.template() == null) {
            throw new IllegalArgumentException("Give a text, a template, or both");
        }
        if (wanted.whenClosed() == CommandDesk.WhenClosed.TEMPLATE && wanted.template() == null) {
            throw new IllegalArgumentException("Give the template that is to go in its place");
        }
        return Map.of("commandId", commands.send(meta.phoneOf(id).owner(), wanted));
    }

    @PostMapping("/customers/{id}/window/close")
    void closeWindow(@PathVariable String id) {
        meta.closeWindow(id);
    }

    @PostMapping("/customers/{id}/handover")
    void handOver(@PathVariable String id, @RequestBody To target)
            throws IOException, InterruptedException {
        watch.handOver(id, required(target.to(), "to"));
    }

    @PostMapping("/app/{customer}/messages")
    Map<String, String> answer(@PathVariable String customer, @RequestBody Text message) {
        return Map.of("wamid", meta.app().writes(customer, required(message.text(), "text")));
    }

    @PostMapping("/app/edits")
    Map<String, String> appEdit(@RequestBody Change change) {
        return Map.of("wamid", meta.app().edits(change.wamid(), required(change.text(), "text")));
    }

    @PostMapping("/app/revokes")
    Map<String, String> appRevoke(@RequestBody Change change) {
        return Map.of("wamid", meta.app().revokes(change.wamid()));
    }

    @PostMapping("/app/reads")
    void appReads(@RequestBody Change change) {
        meta.app().reads(change.wamid());
    }

    @PostMapping("/app/history")
    void history() {
        meta.app().sharesHistory();
    }

    @PostMapping("/app/contacts")
    void contacts() {
        meta.app().sharesContacts();
    }

    @PutMapping("/misbehaviour")
    void misbehave(@RequestBody Misbehaviour wanted) {
        meta.misbehave(wanted);
    }

    @ExceptionHandler(IllegalArgumentException.class)
    ProblemDetail wrong(IllegalArgumentException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_CONTENT, e.getMessage());
    }

    /** The page was closed while its stream was open: nobody is left to be told. */
    @ExceptionHandler({AsyncRequestNotUsableException.class, ClientAbortException.class})
    void pageHasGone(HttpServletResponse unused) {}

    @ExceptionHandler(IOException.class)
    ProblemDetail hubRefused(IOException e) {
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.BAD_GATEWAY, String.valueOf(e.getMessage()));
    }

    private static String required(String value, String name) {
        if (blankToNull(value) == null) {
            throw new IllegalArgumentException("The member " + name + " is missing");
        }
        return value.strip();
    }

    private static String blankToNull(String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }
}
