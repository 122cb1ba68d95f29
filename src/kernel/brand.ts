declare const brand: unique symbol

/** A value of type `T` that only its maker may call `Name`: two brands never mix. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
