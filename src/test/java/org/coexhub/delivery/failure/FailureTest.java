package org.coexhub.delivery.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;

import org.apache.camel.http.base.HttpOperationFailedException;
import org.coexhub.platform.broker.BrokerUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jms.UncategorizedJmsException;
import org.springframework.jms.support.converter.MessageConversionException;
import org.springframework.transaction.TransactionSystemException;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

class FailureTest {

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 599})
    void anAnswerThatSaysLaterIsWorthAnotherTry(int status) {
        Failure failure = Failure.of(http(status, Map.of()));

        assertThat(failure.worthAnotherTry()).isTrue();
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.reason()).isEqualTo("HTTP " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 451})
    void anAnswerThatSaysNoIsNot(int status) {
        assertThat(Failure.of(http(status, Map.of("Retry-After", "5"))))
                .isEqualTo(new Failure(false, "HTTP " + status, status, null));
    }

    @ParameterizedTest
    @CsvSource({"7,7", " 90 ,90", "0,0", "86400,300"})
    void honoursRetryAfterUpToTheLongestPause(String header, long seconds) {
        assertThat(Failure.of(http(429, Map.of("retry-after", header))).retryAfter())
                .isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5", "1.5", "99999999999999999999"})
    void ignoresARetryAfterThatIsNoNumberOfSeconds(String header) {
        assertThat(Failure.of(http(503, Map.of("Retry-After", header))).retryAfter()).isNull();
    }

    @Test
    void noConnectionAndNoAnswerAreWorthAnotherTryHoweverDeepTheyLie() {
        for (Exception cause :
                new Exception[] {
                    new ConnectException("refused"),
                    new SocketTimeoutException("read"),
                    new EOFException(),
                    new TimeoutException("30s")
                }) {
            assertThat(
                            Failure.of(new RuntimeException(new IllegalStateException(cause)))
                                    .worthAnotherTry())
                    .as(cause.toString())
                    .isTrue();
        }
    }

    static Stream<Exception> troubleOfTheHubsOwn() {
        return Stream.of(
                new JMSException("session closed"),
                new UncategorizedJmsException(new JMSException("no answer in 10 s")),
                new BrokerUnavailableException("the disk is full"),
                new CannotAcquireLockException("row of a customer", new SQLException("", "55P03")),
                new CannotGetJdbcConnectionException("refused", new SQLException("", "08001")),
                new TransactionSystemException("commit failed", new SQLException("", "57P01")));
    }

    @ParameterizedTest
    @MethodSource("troubleOfTheHubsOwn")
    void troubleWithTheHubsOwnBrokerOrStoreIsWorthAnotherTryAndIsToldByItsKindAlone(Exception own) {
        Failure failure = Failure.of(new IllegalStateException("step failed", own));

        assertThat(failure)
                .isEqualTo(new Failure(true, own.getClass().getSimpleName(), null, null));
    }

    static Stream<Exception> whatTheyRefuse() {
        return Stream.of(
                new MessageConversionException("only bytes or text can be sent"),
                new DataIntegrityViolationException("value too long: a customer's words"),
                new BadSqlGrammarException("step", "SELECT", new SQLException("no such column")),
                new InvalidDataAccessApiUsageException("a statement of our own"),
                new UncategorizedSQLException("step", "SELECT", new SQLException("", "XX000")),
                new MessageFormatException("a number is asked for"));
    }

    @ParameterizedTest
    @MethodSource("whatTheyRefuse")
    void whatTheyRefuseForItsContentIsNot(Exception refusal) {
        Failure failure = Failure.of(new IllegalStateException("step failed", refusal));

        assertThat(failure)
                .isEqualTo(new Failure(false, refusal.getClass().getSimpleName(), null, null));
    }

    @Test
    void aFaultOfMappingIsNotAndNamesItsRoot() {
        Failure failure =
                Failure.of(
                        new RuntimeException(
                                "wrapped", new IllegalArgumentException("no field Phone__c")));

        assertThat(failure.worthAnotherTry()).isFalse();
        assertThat(failure.reason()).isEqualTo("IllegalArgumentException: no field Phone__c");
    }

    private static Exception http(int status, Map<String, String> headers) {
        return new RuntimeException(
                new HttpOperationFailedException(
                        "http://crm.invalid", status, "text", null, headers, "a customer's words"));
    }

    @Test
    void whatCannotBeMappedIsNotTriedAgainAlthoughItsExceptionIsAnIoException() {
        Failure failure =
                Failure.of(new JsonParseException(null, "a customer's words in a broken document"));

        assertThat(failure.worthAnotherTry()).isFalse();
        assertThat(failure.reason()).isEqualTo("JsonParseException");
    }
}
