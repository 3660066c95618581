package org.coexhub.sandbox.crm;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;

/** Endpoints of the sandbox page for what it can do in a CRM. Only JSON bodies are read. */
@RestController
@Profile("sandbox")
class CrmApi {
    record Text(String text) {}

    private final List<CrmPanel> panels;

    CrmApi(List<CrmPanel> panels) {
        this.panels = panels;
    }

    @PostMapping("/sandbox/api/crms/{crm}/people/{person}/messages")
    void write(@PathVariable String crm, @PathVariable String person, @RequestBody Text message) {
        if (message.text() == null || message.text().isBlank()) {
            throw new IllegalArgumentException("The member text is missing");
        }
        panels.stream()
                .filter(panel -> panel.id().equals(crm))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no CRM " + crm))
                .write(person, message.text().strip());
    }

    @ExceptionHandler(IllegalArgumentException.class)
    ProblemDetail wrong(IllegalArgumentException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_CONTENT, e.getMessage());
    }
}
