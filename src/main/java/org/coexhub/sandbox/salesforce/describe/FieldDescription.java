package org.coexhub.sandbox.salesforce.describe;

import java.util.List;

/**
 * One field of an object, with what Salesforce tells of it in {@code describe}.
 *
 * @param type as in {@code describe}: {@code string}, {@code textarea}, {@code phone}, {@code reference}, …
 * @param length longest value in characters; 0 where the type has none
 * @param referenceTo objects that a reference may point to
 */
public record FieldDescription(
        String name,
        String type,
        int length,
        boolean required,
        boolean externalId,
        boolean unique,
        boolean caseSensitive,
        boolean readOnly,
        List<String> referenceTo) {

    public boolean custom() {
        return name.endsWith("__c");
    }

    public boolean isReference() {
        return type.equals("reference");
    }

    /** The name under which the record that is referred to appears: {@code Contact__r} of {@code Contact__c}. */
    public String relationshipName() {
        if (!isReference()) {
            return null;
        }
        return custom()
                ? name.substring(0, name.length() - 1) + "r"
                : name.substring(0, name.length() - "Id".length());
    }

    /** Text of any kind, as opposed to numbers, dates and booleans. */
    public boolean isText() {
        return switch (type) {
            case "boolean", "int", "double", "date", "datetime" -> false;
            default -> true;
        };
    }

    /** Long text can be neither filtered nor sorted by. */
    public boolean filterable() {
        return !(type.equals("textarea") && length > 255);
    }

    public String label() {
        return name.replaceFirst("__c$", "").replace('_', ' ');
    }
}
