package org.coexhub.api;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.StoredCommand.Transition;
import org.coexhub.outbound.command.Violation;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.send.NumberSuspensions;
import org.coexhub.platform.broker.PassingFailure;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Endpoints for commands: hand one in, ask what became of it. */
@RestController
@RequestMapping("/api/v1/messages")
class MessageController {

    private static final String NUMBER_SUSPENDED = "number_suspended";
    private static final String TOKEN_INVALID = "token_invalid";
    private static final Set<CommandState> WAITING =
            EnumSet.of(CommandState.ACCEPTED, CommandState.QUEUED);

    private final CommandGate gate;
    private final CommandStore store;
    private final NumberSuspensions suspensions;

    MessageController(CommandGate gate, CommandStore store, NumberSuspensions suspensions) {
        this.gate = gate;
        this.store = store;
        this.suspensions = suspensions;
    }

    /** The answer to a command that was taken; the same for every repetition of the request. */
    record Accepted(CommandId commandId, String status) {}

    /**
     * What became of a command so far.
     *
     * @param detail the hub's own words on a refusal: what is wrong, and the remedy
     * @param waitsFor what keeps it from going out, where a person can end that
     * @param fallback true when the fallback template goes out in place of the message
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Standing(
            CommandId commandId,
            CommandState state,
            String reason,
            String detail,
            Wamid wamid,
            MetaError error,
            Boolean fallback,
            Instant waitsUntil,
            String waitsFor,
            Boolean possiblyDuplicate,
            List<Transition> transitions) {}

    /** Meta's own words on a refusal. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MetaError(int code, String details) {}

    @PostMapping
    ResponseEntity<Accepted> submit(
            @RequestHeader(name = "Idempotency-Key", required = false) String key,
            @RequestBody(required = false) byte[] json) {
        byte[] body = json == null ? new byte[0] : json;
        try {
            Acceptance acceptance = gate.submit(body, key, Caller.API);
            return ResponseEntity.status(HttpStatus.ACCEPTED)
                    .body(new Accepted(acceptance.id(), Acceptance.FIRST_STATUS));
        } catch (CommandRefusedException refused) {
            throw problem(refused);
        } catch (DataAccessException | TransactionException failure) {
            if (!PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            throw new ProblemException(
                    503,
                    "Cannot store now",
                    "nothing was accepted; send the same request again",
                    Map.of());
        }
    }

    @GetMapping("/{commandId}")
    Standing standing(@PathVariable String commandId) {
        return standing(find(commandId));
    }

    /** Takes a command back that has not been sent; asking twice does no harm. */
    @DeleteMapping("/{commandId}")
    Standing cancel(@PathVariable String commandId) {
        CommandId id = find(commandId).id();
        boolean cancelled = store.cancel(id);
        StoredCommand command = find(commandId);
        if (!cancelled && command.state() != CommandState.CANCELLED) {
            throw new ProblemException(
                    409,
                    "Too late to cancel",
                    "the command is "
                            + command.state().wireName()
                            + "; only one that is accepted,"
                            + " held or queued can be taken back",
                    Map.of("state", command.state().wireName()));
        }
        return standing(command);
    }

    private StoredCommand find(String commandId) {
        return CommandId.parse(commandId)
                .flatMap(store::find)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        404,
                                        "No such command",
                                        "no command has this id, or it is past retention",
                                        Map.of()));
    }

    private Standing standing(StoredCommand command) {
        boolean waits =
                command.state() == CommandState.HELD
                        || command.waitsFor() == StoredCommand.Wait.RETRY;
        Boolean fallback = command.fallback() ? true : null;
        return new Standing(
                command.id(),
                command.state(),
                command.reason(),
                command.errorCode() == null ? command.errorDetail() : null,
                command.wamid(),
                command.errorCode() == null
                        ? null
                        : new MetaError(command.errorCode(), command.errorDetail()),
                fallback,
                waits ? command.wakeAt() : null,
                waitsFor(command),
                command.resent() ? true : null,
                store.transitions(command.id()));
    }

    /** Whichever command is the one that is tried now: all of the number wait for the same. */
    private String waitsFor(StoredCommand command) {
        if (command.waitsFor() == StoredCommand.Wait.RESTORED) {
            return SendingController.RESTORED;
        }
        if (!WAITING.contains(command.state())) {
            return null;
        }
        return suspensions
                .find(command.command().from())
                .map(s -> TOKEN_INVALID.equals(s.reason()) ? TOKEN_INVALID : NUMBER_SUSPENDED)
                .orElse(null);
    }

    static ProblemException problem(CommandRefusedException refused) {
        String detail = refused.getMessage();
        Map<String, Object> members = Map.of();
        switch (refused.kind()) {
            case KEY -> detail += " (header Idempotency-Key)";
            case FORM ->
                    members =
                            Map.of(
                                    "errors",
                                    refused.faults().stream()
                                            .map(MessageController::error)
                                            .toList());
            case SIZE, CONFLICT, FORBIDDEN -> {}
        }
        return new ProblemException(
                refused.kind().status(), refused.kind().title(), detail, members);
    }

    private static Map<String, String> error(Violation fault) {
        return Map.of("pointer", fault.pointer(), "detail", fault.detail());
    }
}
