"""One package a language: each turns text into the facts of `isolint.model` and judges nothing."""
