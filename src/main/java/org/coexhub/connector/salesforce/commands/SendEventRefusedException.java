package org.coexhub.connector.salesforce.commands;

/** An event that becomes no command; the message names the fields at fault, and fits a person who administers the org. */
final class SendEventRefusedException extends RuntimeException {

    /** Short name of the reason, as outcome events give it. */
    private final String reason;

    private SendEventRefusedException(String reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    static SendEventRefusedException malformed(String detail) {
        return new SendEventRefusedException("malformed", detail);
    }

    static SendEventRefusedException conflict() {
        return new SendEventRefusedException(
                "conflict",
                "Client_Ref__c: names a message that was asked for before with other content; give"
                        + " a changed message a name of its own");
    }

    static SendEventRefusedException ofTheHub(String detail) {
        return new SendEventRefusedException("caused_by_hub", detail);
    }

    static SendEventRefusedException internalError() {
        return new SendEventRefusedException(
                "internal_error", "the hub failed at it; its log says why");
    }

    String reason() {
        return reason;
    }

    /** Whatever is written back in consequence of such an event may cause the next. */
    boolean mayBeTold() {
        return !reason.equals("caused_by_hub");
    }
}
