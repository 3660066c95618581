package org.coexhub.api;

import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;

import org.coexhub.delivery.deadletter.LettersBusyException;
import org.coexhub.delivery.operation.OperationRefusedException;
import org.coexhub.platform.broker.BrokerUnavailableException;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.settings.NearestName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.jms.JmsException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every error as {@code application/problem+json} (RFC 9457), naming the fault and, where there is one, the remedy. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final String COME_AGAIN_SECONDS = "5";

    @ExceptionHandler(ProblemException.class)
    ResponseEntity<ProblemDetail> asked(ProblemException problem) {
        return answer(problem.status(), problem.title(), problem.getMessage(), problem.members());
    }

    @ExceptionHandler({BrokerUnavailableException.class, JmsException.class})
    ResponseEntity<ProblemDetail> brokerAway(Exception e) {
        LOG.warn("A request could not be served, the broker is away: {}", e.getMessage());
        return answer(
                503,
                "Broker away",
                "the queues cannot be reached now; repeat the request later",
                Map.of());
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<ProblemDetail> storeFailed(Exception e) {
        Optional<String> ofTheValue = valueFault(e);
        if (ofTheValue.isPresent()) {
            LOG.warn("The store cannot hold a value of a request: SQL state {}", ofTheValue.get());
            return answer(
                    400,
                    "Value not usable",
                    "a value of the request cannot be stored: one holds U+0000, is too"
                            + " long, or is out of range",
                    Map.of());
        }
        if (!PassingFailure.isCauseOf(e)) {
            LOG.error("A request failed in the store", e);
            return answer(500, "Failed", "the hub failed; its log says why", Map.of());
        }
        LOG.warn(
                "A request could not be served, the store is away: {}",
                e.getClass().getSimpleName());
        return answer(
                503,
                "Store away",
                "the database cannot be reached now; repeat the request later",
                Map.of());
    }

    /** Class 22 of SQLSTATE: the statement is good, and what it was given is not. */
    private static Optional<String> valueFault(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof SQLException sql
                    && String.valueOf(sql.getSQLState()).startsWith("22")) {
                return Optional.of(sql.getSQLState());
            }
        }
        return Optional.empty();
    }

    @ExceptionHandler(LettersBusyException.class)
    ResponseEntity<ProblemDetail> busy(LettersBusyException e) {
        return answer(503, "Busy", e.getMessage(), Map.of());
    }

    @ExceptionHandler(OperationRefusedException.class)
    ResponseEntity<ProblemDetail> refused(OperationRefusedException e) {
        return answer(409, "Conflict", e.getMessage(), Map.of("operation", e.other()));
    }

    @ExceptionHandler(IllegalArgumentException.class)
    ResponseEntity<ProblemDetail> wrongValue(IllegalArgumentException e) {
        return answer(400, "Parameter not usable", e.getMessage(), Map.of());
    }

    /** A field that the hub's own object does not have is named; it would silently do nothing. */
    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        if (e.getCause() instanceof UnrecognizedPropertyException unknown) {
            return objectOf(
                    answer(
                            422,
                            "Field unknown",
                            remedy(unknown),
                            Map.of("pointer", pointer(unknown))));
        }
        return super.handleHttpMessageNotReadable(e, headers, status, request);
    }

    private static ResponseEntity<Object> objectOf(ResponseEntity<ProblemDetail> answer) {
        return ResponseEntity.status(answer.getStatusCode())
                .headers(answer.getHeaders())
                .body(answer.getBody());
    }

    private static String remedy(UnrecognizedPropertyException unknown) {
        List<String> known =
                unknown.getKnownPropertyIds().stream().map(Object::toString).sorted().toList();
        return "there is no such field; "
                + NearestName.to(unknown.getPropertyName(), known)
                        .map(name -> "is " + name + " meant?")
                        .orElse("fields are " + String.join(", ", known));
    }

    private static String pointer(UnrecognizedPropertyException unknown) {
        return unknown.getPath().stream()
                .map(
                        step ->
                                step.getFieldName() == null
                                        ? String.valueOf(step.getIndex())
                                        : step.getFieldName().replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining("/", "/", ""));
    }

    private static ResponseEntity<ProblemDetail> answer(
            int status, String title, String detail, Map<String, Object> members) {
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(HttpStatus.valueOf(status), detail);
        problem.setTitle(title);
        members.forEach(problem::setProperty);
        var answer = ResponseEntity.status(status);
        if (status == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            answer.header(HttpHeaders.RETRY_AFTER, COME_AGAIN_SECONDS);
        }
        return answer.contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
    }
}
