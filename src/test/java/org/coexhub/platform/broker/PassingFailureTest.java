package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jms.UncategorizedJmsException;
import org.springframework.jms.support.converter.MessageConversionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;

class PassingFailureTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08006", "40001", "40P01", "53100", "53300", "55P03", "57P01", "57014", "25006"
            })
    void aStoreThatIsAwayOrBusyPasses(String state) {
        assertThat(PassingFailure.isCauseOf(new IllegalStateException(new SQLException("", state))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "23505", "42601", "22001", "54000", "58030"})
    void aValueTheStoreRefusesDoesNot(String state) {
        assertThat(
                        PassingFailure.isCauseOf(
                                new DataIntegrityViolationException(
                                        "", new SQLException("", state))))
                .isFalse();
    }

    @Test
    void aPoolWithoutFreeConnectionPasses() {
        var timeout = new SQLTransientConnectionException("no connection in 3000 ms");
        assertThat(
                        PassingFailure.isCauseOf(
                                new CannotCreateTransactionException(
                                        "", new CannotGetJdbcConnectionException("", timeout))))
                .isTrue();
    }

    @Test
    void aConnectionThatBrokePassesHoweverItIsTold() {
        var closed = new SQLException("Connection is closed");
        assertThat(PassingFailure.isCauseOf(new UncategorizedSQLException("step", "", closed)))
                .isTrue();
        assertThat(PassingFailure.isCauseOf(new SQLNonTransientConnectionException("gone")))
                .isTrue();
        var rollback = new TransactionSystemException("could not roll back");
        rollback.initApplicationException(
                new DataAccessResourceFailureException("", new SQLException("", "08006")));
        assertThat(PassingFailure.isCauseOf(rollback)).isTrue();
        assertThat(PassingFailure.isCauseOf(new TransactionSystemException("no reason"))).isFalse();
    }

    @Test
    void aBrokerThatIsAwayPasses() {
        assertThat(PassingFailure.isCauseOf(new BrokerUnavailableException("away"))).isTrue();
        assertThat(PassingFailure.isCauseOf(new JMSException("away"))).isTrue();
        assertThat(
                        PassingFailure.isCauseOf(
                                new UncategorizedJmsException(new JMSException("away"))))
                .isTrue();
    }

    @Test
    void aMessageThatCannotBeReadDoesNot() {
        assertThat(PassingFailure.isCauseOf(new MessageFormatException("text"))).isFalse();
        assertThat(
                        PassingFailure.isCauseOf(
                                new org.springframework.jms.MessageFormatException(
                                        new MessageFormatException("text"))))
                .isFalse();
        assertThat(PassingFailure.isCauseOf(new MessageConversionException("neither"))).isFalse();
    }

    @Test
    void whatTheCodeItselfThrowsDoesNot() {
        assertThat(PassingFailure.isCauseOf(new NullPointerException())).isFalse();
        assertThat(PassingFailure.isCauseOf(new StackOverflowError())).isFalse();
        assertThat(PassingFailure.isCauseOf(new SQLException("no state"))).isFalse();
    }
}
