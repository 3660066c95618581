package org.coexhub.outbound.template;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The states in which Meta surely refuses to send a template, each with what can be done about it. Others may go. */
enum TemplateStatus {
    PENDING("is still being reviewed by Meta: wait for its approval"),
    REJECTED("was rejected by Meta: correct it in WhatsApp Manager and submit it again"),
    IN_APPEAL("was rejected and the appeal is undecided: wait, or use another template"),
    PAUSED(
            "is paused by Meta because customers complained: wait until Meta lifts it, or use"
                    + " another"),
    DISABLED("is disabled by Meta for good: make a new template"),
    DELETED("was deleted: make a new template, under another name for the first 30 days"),
    PENDING_DELETION("is being deleted: use another template"),
    ARCHIVED("is archived: bring it back in WhatsApp Manager, or use another"),
    LOCKED("is locked by Meta: look at it in WhatsApp Manager");

    private final String remedy;

    TemplateStatus(String remedy) {
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }

    /** Empty for a status in which it may be sent, or which is not known today. */
    static Optional<TemplateStatus> stopping(String status) {
        String name = status.toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(s -> s.name().equals(name)).findFirst();
    }
}
