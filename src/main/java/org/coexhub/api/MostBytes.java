package org.coexhub.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Largest body of a request, where it is not {@link BodyLimits#MOST_BYTES}. */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@interface MostBytes {

    int value();

    /** What a caller can do about it. */
    String remedy();
}
