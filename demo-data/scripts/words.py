"""The word lists that every question and answer of the demo data is made of."""

# noun: (what it is used for, where it is kept, how it looks)
THINGS = {
    "spoon": ("stirring soup", "in a kitchen drawer", "small and shiny"),
    "hammer": ("driving nails into wood", "in a tool box", "short and heavy"),
    "lamp": ("lighting a dark room", "on a desk", "tall and bright"),
    "umbrella": ("staying dry in the rain", "beside the front door", "long and folded"),
    "ladder": ("reaching high shelves", "in the garage", "long and narrow"),
    "basket": ("carrying fruit home", "on the kitchen table", "round and woven"),
    "blanket": ("keeping warm at night", "on a bed", "soft and wide"),
    "bicycle": ("riding to school", "in the shed", "light and fast"),
    "kettle": ("boiling water", "on the stove", "round and silver"),
    "mirror": ("checking your hair", "on the bathroom wall", "flat and clear"),
    "pencil": ("drawing and writing", "in a school bag", "thin and yellow"),
    "broom": ("sweeping the floor", "in a corner of the kitchen", "long and dusty"),
    "clock": ("telling the time", "on the wall of the hall", "round and quiet"),
    "rope": ("tying a boat to the pier", "in the boat house", "thick and rough"),
    "bucket": ("carrying water", "next to the well", "deep and round"),
    "camera": ("taking pictures", "in a leather case", "small and black"),
    "candle": ("giving a warm light", "on the dinner table", "thin and white"),
    "map": ("finding the way", "in the glove box of the car", "flat and colourful"),
    "compass": ("finding north", "in a hiking bag", "small and round"),
    "drum": ("playing a beat", "in the music room", "round and loud"),
    "guitar": ("playing songs", "in a case under the bed", "curved and brown"),
    "violin": ("playing soft music", "in the music room", "small and elegant"),
    "needle": ("sewing cloth", "in a sewing box", "thin and sharp"),
    "pillow": ("resting your head", "on a bed", "soft and square"),
    "plate": ("serving dinner", "in a kitchen cupboard", "flat and round"),
    "shovel": ("digging holes", "in the garden shed", "long and strong"),
    "telescope": ("looking at the stars", "on the balcony", "long and heavy"),
    "tent": ("sleeping outdoors", "in a camping bag", "wide and green"),
    "ticket": ("entering a show", "in a coat pocket", "small and printed"),
    "towel": ("drying your hands", "in the bathroom", "soft and thick"),
    "wallet": ("keeping coins and cards", "in a coat pocket", "small and brown"),
    "whistle": ("calling a team together", "on a string around the neck", "small and loud"),
    "backpack": ("carrying books", "behind the door", "large and sturdy"),
    "scarf": ("keeping your neck warm", "on a hook in the hall", "long and woolly"),
    "helmet": ("protecting your head", "on a shelf in the garage", "hard and smooth"),
    "comb": ("tidying your hair", "in the bathroom", "thin and flat"),
    "notebook": ("writing down ideas", "on a desk", "thin and lined"),
    "teapot": ("pouring tea", "on a tray in the kitchen", "round and painted"),
    "key ring": ("holding keys together", "on a hook by the door", "small and shiny"),
    "radio": ("listening to the news", "on the kitchen shelf", "square and grey"),
    "vase": ("holding fresh flowers", "on the window sill", "tall and fragile"),
    "wheelbarrow": ("moving soil", "in the garden shed", "wide and muddy"),
    "suitcase": ("packing clothes for a trip", "on top of the wardrobe", "large and square"),
    "kite": ("playing in the wind", "in the toy box", "light and colourful"),
    "puzzle": ("passing a rainy day", "in the toy box", "flat and tricky"),
    "saddle": ("riding a horse", "in the stable", "smooth and curved"),
    "anchor": ("holding a ship in place", "at the front of a ship", "huge and rusty"),
    "lantern": ("lighting a garden path", "on the porch", "square and warm"),
    "rake": ("gathering leaves", "in the garden shed", "long and thin"),
    "oven": ("baking bread", "in the kitchen", "large and hot"),
}

# animal: (where it lives, what it eats, how it is)
ANIMALS = {
    "cat": ("in a warm house", "fish and mice", "quick and quiet"),
    "dog": ("in a house or a yard", "meat and biscuits", "loyal and playful"),
    "horse": ("on a farm", "grass and hay", "strong and fast"),
    "owl": ("in a hollow tree", "mice and beetles", "wise and silent"),
    "fox": ("in a den in the woods", "berries and mice", "clever and shy"),
    "bear": ("in a cave in the mountains", "fish and honey", "big and slow"),
    "rabbit": ("in a burrow in the field", "carrots and clover", "small and soft"),
    "duck": ("on a pond", "seeds and water plants", "cheerful and noisy"),
    "frog": ("near a pond", "flies and beetles", "green and jumpy"),
    "whale": ("in the deep sea", "tiny sea animals", "huge and gentle"),
    "penguin": ("on cold southern shores", "fish", "black and white"),
    "elephant": ("on a wide warm plain", "leaves and bark", "huge and clever"),
    "giraffe": ("on a wide warm plain", "leaves from high trees", "tall and calm"),
    "mouse": ("in a hole in the wall", "seeds and cheese", "tiny and quick"),
    "goat": ("on rocky hills", "grass and leaves", "stubborn and nimble"),
    "sheep": ("on a green meadow", "grass", "woolly and calm"),
    "cow": ("on a farm", "grass and hay", "calm and heavy"),
    "parrot": ("in a rain forest", "nuts and fruit", "bright and talkative"),
    "turtle": ("near warm water", "leaves and small fish", "slow and patient"),
    "bee": ("in a hive", "nectar from flowers", "busy and small"),
    "wolf": ("in a forest with its pack", "meat", "grey and watchful"),
    "squirrel": ("in a tall tree", "nuts and seeds", "quick and curious"),
    "hedgehog": ("under a garden hedge", "worms and beetles", "shy and prickly"),
    "dolphin": ("in the open sea", "fish", "playful and clever"),
    "swan": ("on a quiet lake", "water plants", "white and graceful"),
    "otter": ("by a clean river", "fish", "playful and quick"),
}

# dish: how it is made
DISHES = {
    "tea": "boil some water, pour it over the leaves and wait for four minutes",
    "coffee": "grind the beans, add hot water and let it drip slowly",
    "pancakes": "mix flour, eggs and milk, then fry thin layers in butter",
    "tomato soup": "cook tomatoes with onions, add water and stir until smooth",
    "apple pie": "fill a crust with sliced apples and sugar, then bake it",
    "fruit salad": "cut the fruit into small pieces and mix it with lemon juice",
    "bread": "knead flour, water, salt and yeast, let it rise and bake it",
    "rice": "rinse it, add twice as much water and simmer until soft",
    "an omelette": "beat two eggs, pour them into a hot pan and fold it once",
    "lemonade": "stir lemon juice and sugar into cold water",
    "porridge": "heat oats with milk and stir until it is thick",
    "potato salad": "boil potatoes, slice them and mix them with a mild dressing",
    "a sandwich": "put cheese and lettuce between two slices of bread",
    "pasta": "boil it in salted water for nine minutes and add a sauce",
    "hot chocolate": "warm some milk and stir in cocoa and sugar",
    "cookies": "mix butter, sugar and flour, shape small balls and bake them",
    "pizza": "roll out the dough, add tomato and cheese, then bake it hot",
    "vegetable stew": "cook carrots, beans and potatoes slowly in broth",
    "jam": "cook berries with sugar and fill them into clean jars",
    "mashed potatoes": "boil potatoes, then mash them with butter and milk",
}

# activity: (tip, benefit)
ACTIVITIES = {
    "swimming": ("warm up first and breathe calmly", "it trains the whole body"),
    "running": ("wear good shoes and start slowly", "it makes the heart strong"),
    "reading": ("choose a quiet place and good light", "it widens your view"),
    "cooking": ("read the recipe first and taste often", "it saves money"),
    "gardening": ("water the plants early in the morning", "it brings fresh air and calm"),
    "painting": ("begin with large shapes and light colours", "it lets feelings out"),
    "sleeping well": ("go to bed at the same time every day", "it restores the mind"),
    "learning a language": ("practise a few words every day", "it opens new friendships"),
    "playing chess": ("think about the next move of your partner", "it trains patience"),
    "hiking": ("take water and a map with you", "it clears the head"),
    "saving money": ("write down what you spend", "it gives you safety"),
    "studying": ("take short breaks and repeat the main ideas", "it builds knowledge"),
    "singing": ("drink water and relax your shoulders", "it lifts the mood"),
    "dancing": ("listen to the beat and keep your knees soft", "it is fun and keeps you fit"),
    "writing": ("put down one idea at a time", "it makes thoughts clear"),
    "speaking in public": ("practise aloud and look at the listeners", "it builds courage"),
    "cycling": ("check the brakes and wear a helmet", "it is cheap and healthy"),
    "fishing": ("stay quiet and be patient", "it teaches patience"),
    "taking photos": ("look for soft light and hold still", "it keeps memories"),
    "eating healthy": ("add vegetables to every meal", "it gives you energy"),
    "knitting": ("start with a thick yarn and a simple scarf", "it calms the hands"),
    "working in a team": ("listen well and share the tasks", "it brings better ideas"),
    "packing for a trip": ("make a list and roll your clothes", "it saves time"),
    "training a puppy": ("reward small steps and be patient", "it builds trust"),
}

CATEGORIES = {
    "fruits": ("fruit", ["apples", "pears", "plums", "cherries", "grapes", "bananas", "oranges", "lemons"]),
    "vegetables": ("vegetable", ["carrots", "onions", "beans", "peas", "potatoes", "cabbages", "leeks", "beets"]),
    "colours": ("colour", ["red", "blue", "green", "yellow", "purple", "orange", "brown", "grey"]),
    "tools": ("tool", ["hammers", "saws", "drills", "rakes", "shovels", "pliers", "axes", "files"]),
    "musical instruments": ("instrument", ["drums", "guitars", "violins", "flutes", "pianos", "trumpets", "harps", "cellos"]),
    "flowers": ("flower", ["roses", "tulips", "daisies", "lilies", "violets", "poppies", "orchids", "sunflowers"]),
    "trees": ("tree", ["oaks", "pines", "maples", "birches", "willows", "beeches", "cedars", "elms"]),
    "birds": ("bird", ["owls", "robins", "swans", "ducks", "eagles", "crows", "sparrows", "parrots"]),
    "sports": ("sport", ["tennis", "football", "swimming", "rowing", "boxing", "golf", "hockey", "running"]),
    "vehicles": ("vehicle", ["cars", "buses", "trains", "trucks", "boats", "planes", "bicycles", "trams"]),
    "pieces of furniture": ("piece of furniture", ["tables", "chairs", "beds", "shelves", "desks", "sofas", "wardrobes", "benches"]),
    "farm animals": ("farm animal", ["cows", "sheep", "goats", "horses", "pigs", "hens", "ducks", "donkeys"]),
    "drinks": ("drink", ["tea", "coffee", "milk", "juice", "water", "cocoa", "lemonade", "cider"]),
    "clothes": ("piece of clothing", ["shirts", "coats", "hats", "scarves", "socks", "gloves", "skirts", "jackets"]),
    "school subjects": ("school subject", ["history", "music", "art", "biology", "physics", "geography", "sport", "literature"]),
    "hobbies": ("hobby", ["reading", "painting", "hiking", "knitting", "chess", "fishing", "dancing", "gardening"]),
    "materials": ("material", ["wood", "glass", "steel", "paper", "cotton", "leather", "stone", "wool"]),
    "planets": ("planet", ["Mars", "Venus", "Jupiter", "Saturn", "Mercury", "Neptune", "Earth", "Uranus"]),
    "kitchen items": ("kitchen item", ["spoons", "plates", "pans", "kettles", "cups", "knives", "bowls", "forks"]),
    "rooms of a house": ("room", ["the kitchen", "the bathroom", "the bedroom", "the hall", "the cellar", "the attic", "the pantry", "the study"]),
}

OPPOSITES = {
    "hot": "cold", "big": "small", "fast": "slow", "light": "dark", "early": "late",
    "happy": "sad", "loud": "quiet", "hard": "soft", "old": "young", "rich": "poor",
    "high": "low", "wet": "dry", "full": "empty", "strong": "weak", "long": "short",
    "wide": "narrow", "clean": "dirty", "open": "closed", "thick": "thin", "sweet": "sour",
    "brave": "timid", "near": "far", "up": "down", "begin": "finish", "win": "lose",
    "heavy": "weightless", "smooth": "rough", "sharp": "blunt", "deep": "shallow", "cheap": "expensive",
}

SYNONYMS = {
    "big": "large", "small": "little", "happy": "glad", "quick": "fast", "smart": "clever",
    "start": "begin", "end": "finish", "quiet": "silent", "pretty": "beautiful", "angry": "furious",
    "tired": "sleepy", "rich": "wealthy", "shout": "yell", "hard": "difficult", "simple": "easy",
    "gift": "present", "trip": "journey", "house": "home", "brave": "bold", "sad": "gloomy",
}

CAPITALS = {
    "France": "Paris", "Spain": "Madrid", "Italy": "Rome", "Germany": "Berlin", "Japan": "Tokyo",
    "Norway": "Oslo", "Egypt": "Cairo", "Greece": "Athens", "Portugal": "Lisbon", "Poland": "Warsaw",
    "Austria": "Vienna", "Ireland": "Dublin", "Peru": "Lima", "Cuba": "Havana", "Kenya": "Nairobi",
    "Canada": "Ottawa", "Sweden": "Stockholm", "Finland": "Helsinki", "Denmark": "Copenhagen", "Hungary": "Budapest",
}

COLOURS = {
    "a banana": "yellow", "the sky on a clear day": "blue", "grass": "green", "snow": "white",
    "a ripe tomato": "red", "coal": "black", "a carrot": "orange", "a lemon": "yellow",
    "milk": "white", "a plum": "purple", "chocolate": "brown", "an elephant": "grey",
    "a frog": "green", "a swan": "white", "a fire engine": "red", "the night sky": "black",
}

# clause: explanation
PHENOMENA = {
    "the sky is blue": "the air scatters blue light more than red light",
    "leaves fall in autumn": "trees save water and energy before winter",
    "ice floats on water": "ice is lighter than the same amount of water",
    "it rains": "water in the clouds gathers into drops that grow heavy",
    "the moon changes its shape": "we see different parts of its bright side",
    "bread rises": "yeast makes small bubbles of gas in the dough",
    "birds fly south": "they look for food and warm weather in winter",
    "the sea is salty": "rivers carry salt from the rocks into the sea",
    "we have day and night": "the earth turns around once every day",
    "iron rusts": "it reacts with water and air",
    "thunder follows lightning": "light travels faster than sound",
    "plants need light": "they use light to make their food",
    "cats purr": "they are content or want to calm themselves",
    "we yawn": "the body is tired or needs a change",
    "wool keeps us warm": "it traps air close to the skin",
    "a kite flies": "the wind pushes it up while the string holds it",
    "onions make us cry": "they set free a gas that stings the eyes",
    "a boat floats": "it pushes away enough water to carry its weight",
}

TOPICS = [
    "the sea", "the rain", "autumn leaves", "the moon", "a quiet village", "old friends", "the morning sun",
    "a winter night", "the garden", "music", "the city at night", "a long journey", "summer", "spring flowers",
    "the river", "a warm kitchen", "the stars", "a small library", "snow", "the mountains", "fresh bread",
    "the wind", "a train ride", "home",
]

ADJECTIVES = [
    "red", "old", "tiny", "golden", "broken", "new", "blue", "heavy", "pretty", "strange", "wooden",
    "bright", "dusty", "green", "simple", "fancy", "giant", "silver",
]

PEOPLE = [
    "neighbour", "brother", "sister", "cousin", "uncle", "aunt", "teacher", "colleague", "classmate", "boss",
    "roommate", "friend", "coach", "landlord", "grandmother", "grandfather", "dentist", "baker",
]

JOBS = [
    "baker", "sailor", "gardener", "painter", "pilot", "farmer", "doctor", "singer", "tailor", "librarian",
    "fisherman", "carpenter", "nurse", "poet", "clockmaker", "teacher",
]

PLACES = [
    "beach", "park", "museum", "market", "harbour", "station", "castle", "lake", "forest", "library", "theatre",
    "bridge", "mill", "village square", "vineyard", "lighthouse",
]

SHOPS = [
    "bakery", "flower shop", "book shop", "coffee house", "toy shop", "bicycle shop", "tea room", "hat shop",
    "music school", "garden centre", "pet shop", "ice cream stand", "tailor shop", "small hotel",
]

OCCASIONS = [
    "their birthday", "their new house", "their wedding", "the summer party", "the school play", "their new job",
    "the garden they planted", "the dinner last week", "their first concert", "the long trip they made",
    "the exam they passed", "the cake they baked",
]

BELONGINGS = [
    "garden", "cooking", "singing", "car", "voice", "new haircut", "house", "handwriting", "dog", "painting",
    "coat", "hat", "speech", "dancing", "guitar playing", "old sofa",
]

SUBJECTS = [
    "history", "maths", "biology", "physics", "geography", "music", "chemistry", "spelling", "art", "French",
    "grammar", "science", "driving", "cooking",
]

VENUES = [
    "cinema", "concert", "zoo", "swimming pool", "theatre", "museum", "football match", "circus", "fair",
    "theme park", "dance hall", "boat show",
]

PORTABLE = [
    "bicycle", "umbrella", "wallet", "camera", "backpack", "scarf", "guitar", "radio", "kite", "helmet",
    "notebook", "lantern", "suitcase", "lunch box", "skateboard", "garden chair",
]

RUMOURS = [
    "never washes", "was fired", "lost all the money", "copies the work of others", "is afraid of the dark",
    "failed every exam", "wears a wig", "snores at work", "talks to the furniture", "never pays the bills",
    "eats cake for breakfast", "sleeps in class",
]

WALLS = [
    "school", "town hall", "bridge", "bus stop", "library", "train", "museum", "sports hall", "old mill",
    "post office",
]

EATERIES = [
    "restaurant", "coffee house", "bakery", "pizza place", "tea room", "ice cream stand", "hotel bar",
    "noodle shop", "taxi", "bus",
]

SECRETS = [
    "diary", "letters", "messages", "notebook", "emails", "report card", "shopping list", "calendar", "test paper",
    "bank letter",
]

DUTIES = [
    "the homework", "the party", "the broken window", "the missing cake", "the late rent", "the meeting",
    "the lost keys", "the dented car", "the music lesson", "the family dinner",
]

TEAMS = [
    "the Marsh Otters", "the Tin Rovers", "the Lower Dunby Lions", "the Copper Kites", "the Mossford Rangers",
    "the Harbour Hornets", "the Grey Anchors", "the Northpond Foxes", "the Velvet Bulls", "the Ashmill Eleven",
    "the Rusty Eagles", "the Upper Fenwell Bears", "the Paper Tigers", "the Clay Hill Wolves",
]

INVENTED = [
    "Zorbia", "Quellmark", "Nether Plum", "Vastovia", "Old Brindle", "Ombria", "Tarnwick", "Pellagund",
    "Grumland", "East Fizzle",
    "Dapplemoor", "Sunken Vale", "Krottia", "Little Umber",
]

TREASURES = [
    "golden crown", "old painting", "silver cup", "famous violin", "sack of coins", "blue diamond", "rare stamp",
    "marble statue", "secret recipe", "prize pumpkin",
    "pearl necklace", "old coin", "silver spoon", "wine bottle",
]

GUARDED = [
    "museum", "castle", "bank", "jewel shop", "manor house", "town hall", "art gallery", "post office",
    "warehouse", "palace",
    "town library", "goldsmith", "airport", "harbour office",
]

DISPUTES = [
    "a late delivery", "a noisy neighbour", "a broken window", "a lost parcel", "a rental contract", "an unpaid bill",
    "a cracked phone", "a garden fence", "a cancelled holiday", "a used car", "a dog bite", "a leaking roof",
    "a job contract", "a shared driveway", "an old will",
]

SYMPTOMS = {
    "a sore throat": "drink warm tea with honey",
    "a headache": "rest in a dark room and drink water",
    "a cough": "breathe steam and keep warm",
    "back pain": "move gently and use a warm cushion",
    "a runny nose": "rinse it with salt water",
    "a sunburn": "cool the skin and stay in the shade",
    "an upset stomach": "eat plain rice and sip some tea",
    "a twisted ankle": "cool it and put the foot up",
    "a mild fever": "rest in bed and drink a lot",
    "dry skin": "use a mild cream twice a day",
    "trouble sleeping": "keep the bedroom cool and dark",
    "tired eyes": "look into the distance for a while",
    "a stiff neck": "stretch slowly and keep it warm",
    "a bee sting": "remove the sting and cool the spot",
    "a toothache": "rinse with salt water and call a dentist",
    "sore muscles": "take a warm bath and rest",
}

CITIES = ["Paris", "Rome", "Berlin", "Tokyo", "Oslo", "Cairo", "Athens", "Lisbon", "Vienna", "Dublin", "Lima", "Ottawa"]

SIZES = [
    "ant", "bee", "mouse", "frog", "squirrel", "rabbit", "cat", "fox", "goat", "wolf", "cow", "horse", "elephant", "whale",
]

CHORES = [
    "wash the dishes", "clean the kitchen", "water the plants", "walk the dog", "mow the lawn", "paint the fence",
    "carry the boxes", "fix the sink", "fold the shirts", "cook the dinner", "sweep the stairs", "move the sofa",
]
