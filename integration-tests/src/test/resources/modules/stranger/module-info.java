/** An application that has never heard of this project. */
module stranger {}
