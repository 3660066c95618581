package org.coexhub.platform.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says that the settings of a record count, and have to be right, only while another setting has a certain value. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnlyBeside {

    /** The other setting's property. */
    String setting();

    String value();
}
