package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.org.SaveRefusedException;
import org.coexhub.sandbox.salesforce.soql.SoqlException;

import java.util.List;

/** A refused call, in Salesforce's shape: {@code [{"message", "errorCode", "fields"}]}. */
public final class RestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final List<String> fields;

    private RestException(int status, String code, String message, List<String> fields) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.fields = fields;
    }

    public RestException(int status, String code, String message) {
        this(status, code, message, null);
    }

    static RestException of(SaveRefusedException refused) {
        int status = refused.code().equals("ENTITY_IS_DELETED") ? 404 : 400;
        boolean ofRecord = !refused.malformed();
        return new RestException(
                status, refused.code(), refused.getMessage(), ofRecord ? refused.fields() : null);
    }

    static RestException of(SoqlException refused) {
        return new RestException(400, refused.code(), refused.getMessage());
    }

    public static RestException notFound() {
        return new RestException(404, "NOT_FOUND", "The requested resource does not exist");
    }

    static RestException noRecord(String id) {
        return new RestException(
                404,
                "NOT_FOUND",
                "Provided external ID field does not exist or is not accessible: " + id);
    }

    static RestException methodNotAllowed(String method) {
        return new RestException(
                405,
                "METHOD_NOT_ALLOWED",
                "HTTP Method '" + method + "' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE");
    }

    static RestException unreadable(String why) {
        return new RestException(400, "JSON_PARSER_ERROR", why);
    }

    RestAnswer answer() {
        ArrayNode errors = JsonNodeFactory.instance.arrayNode();
        ObjectNode error = errors.addObject().put("message", getMessage()).put("errorCode", code);
        if (fields != null) {
            ArrayNode names = error.putArray("fields");
            fields.forEach(names::add);
        }
        return RestAnswer.json(status, errors);
    }
}
