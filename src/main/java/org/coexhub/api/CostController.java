package org.coexhub.api;

import org.coexhub.outbound.cost.CostQuery;
import org.coexhub.outbound.cost.CostReport;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** Endpoint that reports what messages cost. */
@RestController
class CostController {

    private static final int USUAL_DAYS = 30;

    private final CostReport report;
    private final InstantSource clock;

    CostController(CostReport report, InstantSource clock) {
        this.report = report;
        this.clock = clock;
    }

    @GetMapping("/api/v1/costs")
    CostReport.Costs costs(
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(defaultValue = "") String number,
            @RequestParam(defaultValue = "category") String groupBy) {
        LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        LocalDate last = day("to", to, today);
        LocalDate first = day("from", from, last.minusDays(USUAL_DAYS - 1));
        return report.read(
                new CostQuery(
                        first,
                        last,
                        number.isBlank() ? null : number,
                        CostQuery.dimensions(groupBy)));
    }

    private static LocalDate day(String name, String text, LocalDate otherwise) {
        try {
            return text.isBlank() ? otherwise : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    name + " has to be a day such as 2026-11-22, was " + text);
        }
    }
}
