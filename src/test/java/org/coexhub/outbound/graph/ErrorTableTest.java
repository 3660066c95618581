package org.coexhub.outbound.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.outbound.graph.ErrorTable.Action;
import org.coexhub.outbound.graph.GraphResult.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class ErrorTableTest {

    private final ErrorTable table = ErrorTable.load();

    @ParameterizedTest
    @CsvSource({
        "190, 401, STOP_NUMBER",
        "0, 401, STOP_NUMBER",
        "200, 403, STOP_NUMBER",
        "299, 403, STOP_NUMBER",
        "1, 400, UNKNOWN",
        "2, 500, UNKNOWN",
        "131000, 500, UNKNOWN",
        "131016, 503, UNKNOWN",
        "133004, 503, UNKNOWN",
        "4, 400, RETRY",
        "80007, 400, RETRY",
        "130429, 400, RETRY",
        "131056, 400, RETRY",
        "131057, 500, RETRY",
        "131047, 400, FAIL_TEMPLATE",
        "131026, 400, FAIL",
        "131050, 400, FAIL_RECIPIENT",
        "131048, 400, STOP_NUMBER_FAIL",
        "147003, 400, FAIL",
        "2388042, 400, FAIL",
        "424242, 400, FAIL",
        "300, 400, FAIL",
        "424242, 500, UNKNOWN",
        "424242, 429, RETRY"
    })
    void decidesByCodeAndOnlyThenByHttpStatus(int code, int status, Action action) {
        assertThat(table.find(new Refused(code, null, true, "", null, status, null)).action())
                .isEqualTo(action);
    }

    @Test
    void waitsLongerEachTimeUpToALimit() {
        ErrorTable.Row pair = table.find(131056);

        assertThat(pair.wait(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(pair.wait(2)).isEqualTo(Duration.ofSeconds(4));
        assertThat(pair.wait(4)).isEqualTo(Duration.ofSeconds(64));
        assertThat(pair.wait(400)).isEqualTo(Duration.ofSeconds(256));
    }

    @Test
    void sendsNothingTwiceThatIsNotDocumentedAsRefused() {
        assertThat(
                        table.rows().stream()
                                .filter(row -> row.action() == Action.RETRY)
                                .map(ErrorTable.Row::from))
                .containsExactly(
                        4, 17, 80007, 130429, 131056, 131057, 132069, 134101, 139102, 2494100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1;a;FAIL;;;;caller;x\n1;b;FAIL;;;;caller;y",
                "1-5;a;FAIL;;;;caller;x\n3;b;FAIL;;;;caller;y",
                "1;a;FAIL"
            })
    void refusesATableThatContradictsItself(String csv) {
        assertThatThrownBy(() -> ErrorTable.parse(csv))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
