"""The sections of the report, one pure function each: material in, a piece of the model out."""
