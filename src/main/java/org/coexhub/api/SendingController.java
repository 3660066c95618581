package org.coexhub.api;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.coexhub.outbound.bulk.BulkRelease;
import org.coexhub.outbound.send.SendHold;
import org.coexhub.outbound.send.WaitingCommands;
import org.coexhub.platform.backup.RestoredMark;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Endpoints for the hold on sending: after a backup was restored or an export imported the hub sends once somebody has
 * decided about what waits.
 */
@RestController
@RequestMapping("/api/v1/sending")
class SendingController {

    static final String RESTORED = "restored";

    private static final String FLOWING = "flowing";
    private static final String SEND = "send";
    private static final String CANCEL = "cancel";
    private static final int MOST = 1000;

    private final SendHold hold;
    private final BulkRelease bulks;
    private final InstantSource clock;

    SendingController(SendHold hold, BulkRelease bulks, InstantSource clock) {
        this.hold = hold;
        this.bulks = bulks;
        this.clock = clock;
    }

    /**
     * How it stands.
     *
     * @param backupAt the moment that the restored backup had kept
     * @param cancelled commands that were taken back by this request
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Sending(
            String state,
            Instant backupAt,
            Instant restoredAt,
            WaitingCommands.Total waiting,
            List<WaitingCommands.Row> commands,
            Integer cancelled) {}

    /** What is to become of the commands that wait. */
    record Release(String waiting, Instant acceptedUntil) {}

    @GetMapping
    Sending sending(@RequestParam(defaultValue = "100") int limit) {
        if (limit < 0 || limit > MOST) {
            throw new IllegalArgumentException("limit is between 0 and " + MOST);
        }
        return shown(limit, null);
    }

    @PostMapping("/release")
    Sending release(@RequestBody Release order) {
        boolean cancels = CANCEL.equals(order.waiting);
        if (!cancels && !SEND.equals(order.waiting)) {
            throw new ProblemException(
                    422,
                    "Release not valid",
                    "say what becomes of the commands that wait: send or cancel",
                    Map.of("pointer", "/waiting"));
        }
        if (!cancels && order.acceptedUntil != null) {
            throw new ProblemException(
                    422,
                    "Release not valid",
                    "acceptedUntil says which commands are cancelled; leave it out where they are"
                            + " sent",
                    Map.of("pointer", "/acceptedUntil"));
        }
        int cancelled = 0;
        if (cancels && hold.isOn()) {
            bulks.cancelBegun(orNow(order.acceptedUntil));
            // Of now, because rows of bulks have become commands until a moment ago.
            cancelled = hold.cancel(orNow(order.acceptedUntil));
        }
        hold.release();
        return shown(0, cancelled);
    }

    private Instant orNow(Instant until) {
        return until == null ? clock.instant() : until;
    }

    private Sending shown(int limit, Integer cancelled) {
        RestoredMark reason = hold.reason().orElse(null);
        return new Sending(
                reason == null ? FLOWING : RESTORED,
                reason == null ? null : reason.state(),
                reason == null ? null : reason.restored(),
                hold.waiting(),
                reason == null ? null : hold.oldest(limit),
                cancelled);
    }
}
