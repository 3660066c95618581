package org.coexhub.event.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/**
 * Describes where JSON cannot be read. Not the parser's own words, which quote what stands there, and so a customer.
 */
public final class JsonFault {

    private JsonFault() {}

    /** Such as {@code JsonParseException at line 3, column 17}. */
    public static String of(JsonProcessingException failure) {
        String place = placeOf(failure);
        return failure.getClass().getSimpleName() + (place.isEmpty() ? "" : " at " + place);
    }

    /** Such as {@code line 3, column 17}; empty where nobody knows. */
    public static String placeOf(JsonProcessingException failure) {
        JsonLocation place = failure.getLocation();
        return place == null || place.getLineNr() < 1
                ? ""
                : "line " + place.getLineNr() + ", column " + place.getColumnNr();
    }
}
