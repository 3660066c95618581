package org.coexhub.outbound.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;

/**
 * The share of its calls to Graph that an app or account has used, as the headers of Graph's answers tell.
 *
 * @param percent the highest of all that was told; at 100 Graph refuses
 * @param regain when Graph means to answer again, from now; nothing where it does not say
 */
public record ApiUsage(int percent, Duration regain) {

    /** Graph told nothing. */
    public static final ApiUsage NONE = new ApiUsage(0, Duration.ZERO);

    private static final List<String> HEADERS =
            List.of("X-Business-Use-Case-Usage", "X-App-Usage", "X-Ad-Account-Usage");

    private static final List<String> SHARES = List.of("call_count", "total_cputime", "total_time");

    private static final int SLOW_FROM = 80;
    private static final int FULL = 100;
    private static final int PERCENT_PER_SECOND = 2;
    private static final Duration SHORT_BREAK = Duration.ofMinutes(1);
    public static final Duration LONGEST_BREAK = Duration.ofHours(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    static ApiUsage of(HttpHeaders headers) {
        ApiUsage usage = NONE;
        for (String name : HEADERS) {
            for (String value : headers.allValues(name)) {
                usage = usage.and(parse(value));
            }
        }
        return usage;
    }

    private static ApiUsage parse(String header) {
        try {
            return of(JSON.readTree(header));
        } catch (JsonProcessingException notWhatMetaDocuments) {
            return NONE;
        }
    }

    /** Shares stand in the object itself, or in lists of objects by account. */
    private static ApiUsage of(JsonNode node) {
        if (node == null) {
            return NONE;
        }
        int percent = 0;
        for (String share : SHARES) {
            percent = Math.max(percent, node.path(share).asInt());
        }
        ApiUsage usage =
                new ApiUsage(
                        percent,
                        Duration.ofMinutes(
                                Math.max(0, node.path("estimated_time_to_regain_access").asInt())));
        for (JsonNode child : node) {
            usage = child.isContainerNode() ? usage.and(of(child)) : usage;
        }
        return usage;
    }

    private ApiUsage and(ApiUsage other) {
        return new ApiUsage(
                Math.max(percent, other.percent),
                regain.compareTo(other.regain) < 0 ? other.regain : regain);
    }

    /** How many times as long as usual the hub takes for a message: 1 up to 80 %, then more with every two percent. */
    public int slowdown() {
        return percent < SLOW_FROM
                ? 1
                : 1 + (Math.min(percent, FULL) - SLOW_FROM) / PERCENT_PER_SECOND;
    }

    /** How long the hub sends nothing more; zero while there is something left. */
    public Duration closedFor() {
        if (percent < FULL && regain.isZero()) {
            return Duration.ZERO;
        }
        Duration asked = regain.isZero() ? SHORT_BREAK : regain;
        return asked.compareTo(LONGEST_BREAK) > 0 ? LONGEST_BREAK : asked;
    }
}
