/** Carries out together what many ask for at the same time. */
package org.coexhub.platform.batch;
