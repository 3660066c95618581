package org.coexhub.api;

import org.coexhub.delivery.operation.Operation;
import org.coexhub.delivery.operation.Operations;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.IdempotencyKey;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Endpoints for operations: look at them, end them. They are asked for where what they act on is. */
@RestController
@RequestMapping(OperationController.PATH)
class OperationController {

    static final String PATH = "/api/v1/operations";
    static final String KEY = "Idempotency-Key";

    private static final int MOST = 500;

    /** The bearer of the one token there is. */
    private static final String BY = "api";

    private final Operations operations;

    OperationController(Operations operations) {
        this.operations = operations;
    }

    @GetMapping
    Map<String, List<Operation>> list(
            @RequestParam(defaultValue = "") String state,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit is between 1 and " + MOST);
        }
        List<String> states =
                Arrays.stream(Operation.State.values()).map(Operation.State::wireName).toList();
        if (!state.isEmpty() && !states.contains(state)) {
            throw new IllegalArgumentException("state is one of " + String.join(", ", states));
        }
        return Map.of("operations", operations.list(state, name, limit));
    }

    @GetMapping("/{id}")
    Operation operation(@PathVariable String id) {
        return operations.find(id).orElseThrow(OperationController::none);
    }

    /** What is under way is brought to the end of its step. */
    @PostMapping("/{id}/cancel")
    Operation cancel(@PathVariable String id) {
        Operation operation = operations.cancel(id).orElseThrow(OperationController::none);
        if (!operation.isRunning() && operation.state() != Operation.State.CANCELLED) {
            throw new ProblemException(
                    409,
                    "Operation has ended",
                    "it is " + operation.state().wireName() + "; nothing is left to cancel",
                    Map.of("operation", operation));
        }
        return operation;
    }

    static ResponseEntity<Operation> accepted(Operation operation) {
        return ResponseEntity.accepted()
                .header(HttpHeaders.LOCATION, PATH + "/" + operation.id())
                .body(operation);
    }

    /** @throws ProblemException the key is none */
    static Operations.Caller caller(String key) {
        try {
            return new Operations.Caller(BY, key == null ? null : new IdempotencyKey(key).value());
        } catch (CommandRefusedException refused) {
            throw MessageController.problem(refused);
        }
    }

    private static ProblemException none() {
        return new ProblemException(
                404, "No such operation", "it never was, or ended over 30 days ago", Map.of());
    }
}
