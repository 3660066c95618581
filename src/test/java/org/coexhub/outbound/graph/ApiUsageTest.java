package org.coexhub.outbound.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;

class ApiUsageTest {

    @Test
    void takesTheHighestOfAllThatIsTold() {
        ApiUsage usage =
                usage(
                        "{\"call_count\":28,\"total_time\":25,\"total_cputime\":31}",
                        "{\"102\":[{\"type\":\"messaging\",\"call_count\":85,\"total_cputime\":2,"
                                + "\"total_time\":9,\"estimated_time_to_regain_access\":0}]}");
        assertThat(usage).isEqualTo(new ApiUsage(85, Duration.ZERO));
        assertThat(usage.closedFor()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0,1", "79,1", "80,1", "82,2", "90,6", "99,10", "100,11", "250,11"})
    void slowsDownFromEightyPercent(int percent, int slowdown) {
        assertThat(new ApiUsage(percent, Duration.ZERO).slowdown()).isEqualTo(slowdown);
    }

    @Test
    void stopsForAsLongAsMetaSaysAndNotForEver() {
        assertThat(new ApiUsage(100, Duration.ofMinutes(5)).closedFor())
                .isEqualTo(Duration.ofMinutes(5));
        assertThat(new ApiUsage(100, Duration.ZERO).closedFor()).isEqualTo(Duration.ofMinutes(1));
        assertThat(new ApiUsage(40, Duration.ofDays(3)).closedFor()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void makesNothingOfWhatItCannotRead() {
        assertThat(usage("none of your business", "[]")).isEqualTo(ApiUsage.NONE);
        assertThat(usage("{\"call_count\":\"many\"}", "")).isEqualTo(ApiUsage.NONE);
    }

    private static ApiUsage usage(String app, String business) {
        return ApiUsage.of(
                HttpHeaders.of(
                        Map.of(
                                "X-App-Usage",
                                List.of(app),
                                "X-Business-Use-Case-Usage",
                                List.of(business)),
                        (name, value) -> true));
    }
}
