package org.coexhub.api;

import org.coexhub.broker.BrokerUnavailable;
import org.coexhub.broker.PassingFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.jms.JmsException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

import java.util.Map;

/** Every error as {@code application/problem+json} (RFC 9457), naming the fault and, where there is one, the remedy. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler(ProblemException.class)
    ResponseEntity<ProblemDetail> asked(ProblemException problem) {
        return answer(problem.status(), problem.title(), problem.getMessage(), problem.members());
    }

    @ExceptionHandler({BrokerUnavailable.class, JmsException.class})
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

    @ExceptionHandler(IllegalArgumentException.class)
    ResponseEntity<ProblemDetail> wrongValue(IllegalArgumentException e) {
        return answer(400, "Parameter not usable", e.getMessage(), Map.of());
    }

    private static ResponseEntity<ProblemDetail> answer(
            int status, String title, String detail, Map<String, Object> members) {
        ProblemDetail problem =
                ProblemDetail.forStatusAndDetail(HttpStatus.valueOf(status), detail);
        problem.setTitle(title);
        members.forEach(problem::setProperty);
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
