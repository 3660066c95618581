package org.coexhub.api;

import com.fasterxml.jackson.databind.ObjectMapper;

import jakarta.servlet.http.HttpServletResponse;

import org.coexhub.outbound.bulk.BulkId;
import org.coexhub.outbound.bulk.BulkIntake;
import org.coexhub.outbound.bulk.BulkRelease;
import org.coexhub.outbound.bulk.BulkReport;
import org.coexhub.outbound.command.CommandRefusedException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Endpoints for sending to many: hand it in, watch it, take it back, read what became of each row. */
@RestController
@RequestMapping("/api/v1/bulk")
class BulkController {

    static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final MediaType NDJSON = MediaType.APPLICATION_NDJSON;
    private static final int PAGE = 1000;

    private final BulkIntake intake;
    private final BulkReport report;
    private final BulkRelease release;
    private final ObjectMapper json;

    BulkController(BulkIntake intake, BulkReport report, BulkRelease release, ObjectMapper json) {
        this.intake = intake;
        this.report = report;
        this.release = release;
        this.json = json;
    }

    @PostMapping
    ResponseEntity<BulkReport.Progress> submit(
            @RequestHeader(name = "Idempotency-Key", required = false) String key,
            @RequestHeader(name = "Content-Type", required = false) MediaType type,
            @RequestBody(required = false)
                    @MostBytes(value = MAX_BYTES, remedy = "hand in several bulks")
                    byte[] body) {
        byte[] bytes = body == null ? new byte[0] : body;
        try {
            boolean lines = type != null && NDJSON.isCompatibleWith(type);
            BulkId id = lines ? intake.acceptLines(bytes, key) : intake.acceptJson(bytes, key);
            return ResponseEntity.status(HttpStatus.ACCEPTED).body(existing(id.value()));
        } catch (CommandRefusedException refused) {
            throw MessageController.problem(refused);
        }
    }

    @GetMapping("/{id}")
    BulkReport.Progress progress(@PathVariable String id) {
        return existing(id);
    }

    /** What is with Meta already goes on; it is at most a few. */
    @DeleteMapping("/{id}")
    BulkReport.Progress cancel(@PathVariable String id) {
        BulkReport.Progress found = existing(id);
        if (!release.cancel(found.bulkId()) && !"cancelled".equals(existing(id).state())) {
            throw new ProblemException(
                    409, "Bulk is done", "every row has been handed over already", Map.of());
        }
        return existing(id);
    }

    @GetMapping("/{id}/report")
    void report(@PathVariable String id, HttpServletResponse answer) throws IOException {
        BulkId bulk = existing(id).bulkId();
        answer.setContentType(NDJSON.toString());
        List<BulkReport.Row> rows = report.rows(bulk, 0, PAGE);
        while (!rows.isEmpty()) {
            for (BulkReport.Row row : rows) {
                answer.getOutputStream().write(json.writeValueAsBytes(row));
                answer.getOutputStream().write('\n');
            }
            rows = report.rows(bulk, rows.getLast().row(), PAGE);
        }
    }

    private BulkReport.Progress existing(String id) {
        return BulkId.parse(id)
                .flatMap(report::progress)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        404, "No such bulk", "no bulk has this id", Map.of()));
    }
}
